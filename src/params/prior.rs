//! Priors: what is believed about a parameter before data, by their quantile functions.
use crate::stats::quantile;

/// A prior distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// A value that is not in doubt, or a matter of choice.
    Fixed(f64),
    /// Uniform between two values.
    Uniform(f64, f64),
    /// Normal with mean and standard deviation.
    Normal(f64, f64),
    /// Normal with mean and standard deviation, cut to an interval.
    NormalWithin(f64, f64, f64, f64),
    /// Lognormal with median and standard deviation of the logarithm.
    LogNormal(f64, f64),
    /// Logarithm of a lognormal: normal, given as the median of the factor and the standard deviation of its logarithm.
    LogOf(f64, f64),
    /// Beta with its two shapes.
    Beta(f64, f64),
    /// Gamma with shape and scale.
    Gamma(f64, f64),
    /// A mixture of three normals: weight, mean and standard deviation of each.
    Normals([(f64, f64, f64); 3]),
}

impl Prior {
    /// The value at probability `u`.
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Self::Fixed(value) => value,
            Self::Uniform(low, high) => low + (high - low) * u,
            Self::Normal(mean, sd) => mean + sd * quantile::normal(u),
            Self::NormalWithin(mean, sd, low, high) => {
                let (a, b) = (quantile::normal_below((low - mean) / sd), quantile::normal_below((high - mean) / sd));
                (mean + sd * quantile::normal(a + (b - a) * u)).clamp(low, high)
            }
            Self::LogNormal(median, log_sd) => median * libm::exp(log_sd * quantile::normal(u)),
            Self::LogOf(median, log_sd) => libm::log(median) + log_sd * quantile::normal(u),
            Self::Beta(a, b) => quantile::beta(u, a, b),
            Self::Gamma(shape, scale) => scale * quantile::gamma(u, shape),
            Self::Normals(parts) => {
                quantile::by_bisection(u, -10.0, 10.0, |x| parts.iter().map(|&(w, m, s)| w * quantile::normal_below((x - m) / s)).sum())
            }
        }
    }

    /// The median, which is the default of a parameter.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

impl std::fmt::Display for Prior {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fixed(_) => write!(f, "fixed"),
            Self::Uniform(a, b) => write!(f, "uniform from {a} to {b}"),
            Self::Normal(m, s) => write!(f, "normal, mean {m}, sd {s}"),
            Self::NormalWithin(m, s, a, b) => write!(f, "normal, mean {m}, sd {s}, within {a} to {b}"),
            Self::LogNormal(m, s) => write!(f, "lognormal, median {m}, log-sd {s}"),
            Self::LogOf(m, s) => write!(f, "log of a lognormal, median {m}, log-sd {s}"),
            Self::Beta(a, b) => write!(f, "beta({a}, {b})"),
            Self::Gamma(a, b) => write!(f, "gamma, shape {a}, scale {b}"),
            Self::Normals(parts) => {
                write!(f, "mixture of normals")?;
                for (w, m, s) in parts {
                    write!(f, "; {w} of mean {m}, sd {s}")?;
                }
                Ok(())
            }
        }
    }
}
