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

/// A number as people write it: with a power of ten where it would be a row of zeros.
#[must_use]
pub fn figure(x: f64) -> String {
    if x != 0.0 && !(1e-9..1e15).contains(&x.abs()) { format!("{x:e}") } else { x.to_string() }
}

impl std::fmt::Display for Prior {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Fixed(_) => write!(f, "fixed"),
            Self::Uniform(a, b) => write!(f, "uniform from {} to {}", figure(a), figure(b)),
            Self::Normal(m, s) => write!(f, "normal, mean {}, sd {}", figure(m), figure(s)),
            Self::NormalWithin(m, s, a, b) => {
                write!(f, "normal, mean {}, sd {}, within {} to {}", figure(m), figure(s), figure(a), figure(b))
            }
            Self::LogNormal(m, s) => write!(f, "lognormal, median {}, log-sd {}", figure(m), figure(s)),
            Self::LogOf(m, s) => write!(f, "log of a lognormal, median {}, log-sd {}", figure(m), figure(s)),
            Self::Beta(a, b) => write!(f, "beta({}, {})", figure(a), figure(b)),
            Self::Gamma(a, b) => write!(f, "gamma, shape {}, scale {}", figure(a), figure(b)),
            Self::Normals(parts) => {
                write!(f, "mixture of normals")?;
                for (w, m, s) in parts {
                    write!(f, "; {} of mean {}, sd {}", figure(w), figure(m), figure(s))?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_far_from_one_are_written_with_a_power_of_ten() {
        assert_eq!(Prior::Uniform(0.0, 1e-300).to_string(), "uniform from 0 to 1e-300");
        assert_eq!(Prior::LogNormal(4e-5, 0.7).to_string(), "lognormal, median 0.00004, log-sd 0.7");
    }
}
