//! How rare is a number this large? Upper tails of the chi-square distribution and of Student's with any degrees of freedom.
//!
//! Sources: the series 6.5.29 and the continued fractions 6.5.31 and 26.5.8 of M. Abramowitz and I. Stegun, *Handbook of Mathematical
//! Functions*, the fractions evaluated by the method of Lentz; from 200 degrees on, Student's tail by G. W. Hill, "Algorithm 395:
//! Student's t-distribution", Communications of the ACM 1970. Not here: reaches for whole degrees of freedom (`super::reach`).

use super::functions::{erfc, exp, from_u64, ln, ln_1p, ln_gamma, sqrt};

/// Fractions and series end long before.
const MOST_STEPS: u32 = 1_000;
const NEARLY_NOTHING: f64 = 1e-300;
/// From so many degrees on Hill's expansion is exact to eleven digits.
const MANY_DEGREES: f64 = 200.0;
const HALVINGS: u32 = 200;

/// The share of a chi-square distribution with so many degrees of freedom above `x`.
///
/// One for `x` of zero and less; with no degrees everything lies at zero. NaN gives NaN.
///
/// ```
/// use stratum_core::numeric::tail::chi_square;
/// assert!((chi_square(3.841_458_820_694_124, 1) - 0.05).abs() < 1e-14);
/// assert!((chi_square(4.0, 2) - (-2.0_f64).exp()).abs() < 1e-15);
/// assert_eq!(chi_square(0.0, 3), 1.0);
/// ```
#[must_use]
pub fn chi_square(x: f64, degrees: u32) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if degrees == 0 || x.is_infinite() {
        return 0.0;
    }
    let (half, x) = (from_u64(degrees.into()) / 2.0, x / 2.0);
    let scale = exp(half * ln(x) - x - ln_gamma(half));
    if x < half + 1.0 {
        let (mut term, mut sum) = (1.0 / half, 1.0 / half);
        for step in 1..MOST_STEPS {
            term *= x / (half + f64::from(step));
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        (1.0 - scale * sum).clamp(0.0, 1.0)
    } else {
        let next = |step: u32| {
            let n = f64::from(step);
            (n * (half - n), x + 2.0 * n + 1.0 - half)
        };
        (scale / fraction(x + 1.0 - half, next)).clamp(0.0, 1.0)
    }
}

/// The share of Student's distribution with so many degrees of freedom that lies farther from zero than `x`, on both sides.
///
/// Degrees need not be whole; infinitely many give the normal distribution. NaN, and degrees of zero and less, give NaN.
///
/// ```
/// use stratum_core::numeric::tail::student;
/// assert!((student(1.0, 1.0) - 0.5).abs() < 1e-15);
/// assert!((student(-12.706_204_736_174_7, 1.0) - 0.05).abs() < 1e-13);
/// assert!((student(1.959_963_984_540_054, f64::INFINITY) - 0.05).abs() < 1e-15);
/// assert_eq!(student(0.0, 2.5), 1.0);
/// ```
#[must_use]
pub fn student(x: f64, degrees: f64) -> f64 {
    let square = x * x;
    if square.is_nan() || degrees.is_nan() || degrees <= 0.0 {
        return f64::NAN;
    }
    if square.is_infinite() {
        return 0.0;
    }
    if degrees >= MANY_DEGREES {
        return erfc(as_normal(square, degrees) * core::f64::consts::FRAC_1_SQRT_2);
    }
    let whole = degrees + square;
    let (inside, outside) = (square / whole, degrees / whole);
    if inside == 0.0 {
        return 1.0;
    }
    let half = degrees / 2.0;
    let beta = ln_gamma(half) + ln_gamma(0.5) - ln_gamma(half + 0.5);
    let scale = exp(half * ln(outside) + 0.5 * ln(inside) - beta);
    if outside < (half + 1.0) / (half + 2.5) {
        (scale * beta_fraction(half, 0.5, outside) / half).clamp(0.0, 1.0)
    } else {
        (1.0 - scale * beta_fraction(0.5, half, inside) / 0.5).clamp(0.0, 1.0)
    }
}

/// How far from zero to either side this share of Student's distribution reaches, for degrees that need not be whole.
///
/// Zero for a share of nothing and less; infinite for everything and more. NaN as in [`student`].
///
/// ```
/// use stratum_core::numeric::tail::student_reach;
/// assert!((student_reach(0.95, 10.0) - 2.228_138_851_986_274).abs() < 1e-12);
/// assert!((student_reach(0.95, f64::INFINITY) - 1.959_963_984_540_054).abs() < 1e-12);
/// ```
#[must_use]
pub fn student_reach(share: f64, degrees: f64) -> f64 {
    if share.is_nan() || degrees.is_nan() || degrees <= 0.0 {
        return f64::NAN;
    }
    if share <= 0.0 {
        return 0.0;
    }
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let beyond = 1.0 - share;
    let (mut low, mut high) = (0.0, 1.0);
    while student(high, degrees) > beyond && high < 1e150 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if student(middle, degrees) > beyond {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The normal number that is as rare as a number of Student's with this square.
fn as_normal(square: f64, degrees: f64) -> f64 {
    if degrees.is_infinite() {
        return sqrt(square);
    }
    let a = degrees - 0.5;
    let b = 48.0 * a * a;
    let y = a * ln_1p(square / degrees);
    let above = ((-0.4 * y - 3.3) * y - 24.0) * y - 85.5;
    ((above / (0.8 * y * y + 100.0 + b) + y + 3.0) / b + 1.0) * sqrt(y)
}

/// 26.5.8: what the incomplete beta function of x is beside its leading factor.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let next = |step: u32| {
        let m = f64::from(step / 2);
        let above = if step.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        (above, 1.0)
    };
    1.0 / fraction(1.0, next)
}

/// A continued fraction from its first denominator and the pairs of numerator and denominator that follow.
fn fraction(first: f64, next: impl Fn(u32) -> (f64, f64)) -> f64 {
    let not_nothing = |x: f64| {
        if x.abs() < NEARLY_NOTHING {
            NEARLY_NOTHING
        } else {
            x
        }
    };
    let mut value = not_nothing(first);
    let (mut above, mut below) = (value, 0.0);
    for step in 1..MOST_STEPS {
        let (numerator, denominator) = next(step);
        below = 1.0 / not_nothing(denominator + numerator * below);
        above = not_nothing(denominator + numerator / above);
        let factor = above * below;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another library.
    const CHI_SQUARE: [(f64, u32, f64); 7] = [
        (0.01, 1, 0.920344325445942),
        (7.5, 1, 0.0061698993205441645),
        (300.0, 1, 3.2943623833139784e-67),
        (2.5, 3, 0.4752910833430205),
        (80.0, 3, 3.0692774861724164e-17),
        (95.0, 99, 0.5950779044295179),
        (150.0, 99, 0.0007204453957169282),
    ];
    const STUDENT: [(f64, f64, f64); 9] = [
        (0.001, 1.5, 0.9993185302267198),
        (2.0, 1.5, 0.22418833035605112),
        (100.0, 1.5, 0.0007541098899248934),
        (2.0, 7.3, 0.08394103933410313),
        (9.0, 30.0, 5.014831916147889e-10),
        (2.0, 199.9, 0.04685386453369358),
        (2.0, 200.1, 0.046852508519972545),
        (6.0, 250.0, 6.887649707353069e-09),
        (1.5, 123456.7, 0.13361695969849208),
    ];

    #[test]
    fn tails_agree_with_another_library() {
        for (x, degrees, beyond) in CHI_SQUARE {
            let here = chi_square(x, degrees);
            assert!((here / beyond - 1.0).abs() < 1e-11, "{x} {degrees}: {here}");
        }
        for (x, degrees, beyond) in STUDENT {
            let here = student(x, degrees);
            assert!((here / beyond - 1.0).abs() < 1e-11, "{x} {degrees}: {here}");
        }
    }

    #[test]
    fn reaches_are_where_tails_say() {
        for degrees in [0.3, 1.0, 4.5, 60.0, 199.0, 5_000.0] {
            for share in [0.01, 0.5, 0.95, 0.999] {
                let beyond = student(student_reach(share, degrees), degrees);
                assert!((beyond - (1.0 - share)).abs() < 1e-12, "{degrees} {share}");
            }
        }
    }
}
