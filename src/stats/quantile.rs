//! Quantile functions on `libm`, so that a prior gives the same bits in every build.

/// Distribution function of the standard normal.
#[must_use]
pub fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Quantile of the standard normal: Acklam's rational approximation and one Halley step (error below 1e-13).
#[must_use]
pub fn normal(u: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] =
        [-5.447_609_879_822_406e1, 1.615_858_368_580_409e2, -1.556_989_798_598_866e2, 6.680_131_188_771_972e1, -1.328_068_155_288_572e1];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let u = u.clamp(1e-300, 1.0 - 1e-16);
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5]) / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    let x = if u < 0.024_25 {
        tail(libm::sqrt(-2.0 * libm::log(u)))
    } else if u > 0.975_75 {
        -tail(libm::sqrt(-2.0 * libm::log(1.0 - u)))
    } else {
        let q = u - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    };
    let error = (normal_below(x) - u) * 2.506_628_274_631_000_5 * libm::exp(0.5 * x * x);
    x - error / (1.0 + 0.5 * x * error)
}

/// The `x` in `[low, high]` where a rising `below` reaches `u`, by bisection.
pub fn by_bisection(u: f64, low: f64, high: f64, below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Quantile of the beta distribution with shapes `a` and `b`.
#[must_use]
pub fn beta(u: f64, a: f64, b: f64) -> f64 {
    by_bisection(u, 0.0, 1.0, |x| beta_below(x, a, b))
}

/// Quantile of the beta distribution with shapes 2 and 4, whose distribution function is a polynomial: Newton's steps, and a
/// bisection where one would leave the bracket.
#[must_use]
pub fn beta_2_4(u: f64) -> f64 {
    let (mut low, mut high, mut x) = (0.0, 1.0, 1.0 / 3.0);
    for _ in 0..100 {
        let above = x * x * (10.0 + x * (-20.0 + x * (15.0 - 4.0 * x))) - u;
        if above < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let rest = 1.0 - x;
        let newton = x - above / (20.0 * x * rest * rest * rest);
        let next = if low < newton && newton < high { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= 1e-15 {
            return next;
        }
        x = next;
    }
    x
}

/// Distribution function of the beta distribution (the regularised incomplete beta function, by its continued fraction).
#[must_use]
pub fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = libm::exp(libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x));
    if x < (a + 1.0) / (a + b + 2.0) { front * fraction(x, a, b) / a } else { 1.0 - front * fraction(1.0 - x, b, a) / b }
}

/// Quantile of the gamma distribution with a shape and scale 1.
#[must_use]
pub fn gamma(u: f64, shape: f64) -> f64 {
    by_bisection(u, 0.0, 20.0 + shape + 20.0 * libm::sqrt(shape), |x| gamma_below(x, shape))
}

/// Distribution function of the gamma distribution with scale 1 (the regularised incomplete gamma function).
#[must_use]
pub fn gamma_below(x: f64, shape: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
        for n in 1..2_000 {
            term *= x / (shape + f64::from(n));
            sum += term;
            if term < sum * 1e-16 {
                break;
            }
        }
        return front * sum;
    }
    let mut b = x + 1.0 - shape;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    for n in 1..2_000 {
        let a = -f64::from(n) * (f64::from(n) - shape);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - front * h
}

/// Lentz's evaluation of the continued fraction of the incomplete beta function.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for step in 1..300 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let change = d * c;
        h *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

/// Quantile of Student's t with `df` degrees of freedom.
#[must_use]
pub fn student(u: f64, df: f64) -> f64 {
    let tail = |t: f64| 0.5 * beta_below(df / (df + t * t), 0.5 * df, 0.5);
    let magnitude = by_bisection(0.5 + (u - 0.5).abs(), 0.0, 1e4, |t| 1.0 - tail(t));
    if u < 0.5 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_to_a_quantile_is_the_long_one() {
        for i in 1..1_000 {
            let u = f64::from(i) / 1_000.0;
            assert!((beta_2_4(u) - beta(u, 2.0, 4.0)).abs() < 1e-12, "{u}: {} {}", beta_2_4(u), beta(u, 2.0, 4.0));
        }
        for u in [1e-300, 1e-12, 1.0 - 1e-12] {
            assert!((beta_2_4(u) - beta(u, 2.0, 4.0)).abs() < 1e-6, "{u}");
        }
    }

    #[test]
    fn quantiles_meet_published_values() {
        assert!((normal(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((normal(1e-10) + 6.361_340_902_404_056).abs() < 1e-9);
        assert!((beta(0.025, 7.0, 14.0) - 0.153_909).abs() < 1e-6); // Clopper-Pearson, 7 of 20, lower end
        assert!((gamma(0.95, 3.0) - 6.295_793_622).abs() < 1e-7); // half the 95 % point of chi-square with 6 df
        assert!((student(0.975, 10.0) - 2.228_138_852).abs() < 1e-7);
        assert!((student(0.025, 39.0) + 2.022_690_920).abs() < 1e-7);
        for u in [0.001, 0.2, 0.5, 0.9] {
            assert!((normal_below(normal(u)) - u).abs() < 1e-14);
            assert!((beta_2_4(u) - beta(u, 2.0, 4.0)).abs() < 1e-12);
            assert!((beta_below(beta(u, 2.0, 10.0), 2.0, 10.0) - u).abs() < 1e-12);
        }
    }
}
