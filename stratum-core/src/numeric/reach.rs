//! How many standard errors does an interval reach? Two-sided quantiles of the normal and of Student's distribution.
//!
//! Source: the finite series for whole degrees of freedom in M. Abramowitz and I. Stegun, *Handbook of Mathematical Functions*,
//! 26.7.3 and 26.7.4, turned round by bisection.

use super::functions::{atan, erf, from_u64, sqrt};

/// From so many degrees of freedom on Student's distribution is taken to be the normal one: the difference is below 1e-4.
const NEARLY_NORMAL: u32 = 10_000;
/// Bisection halves the bracket so often, which is more than a float has bits.
const HALVINGS: u32 = 200;

/// How many standard deviations to either side hold this share of a normal distribution.
///
/// Zero for a share of nothing and less; infinite for everything and more. NaN gives NaN.
///
/// ```
/// use stratum_core::numeric::reach::normal;
/// assert!((normal(0.95) - 1.959_963_984_540_054).abs() < 1e-12);
/// assert_eq!(normal(0.0), 0.0);
/// assert_eq!(normal(1.0), f64::INFINITY);
/// ```
#[must_use]
pub fn normal(share: f64) -> f64 {
    const ROOT_OF_TWO: f64 = core::f64::consts::SQRT_2;
    inverse(share, |reach| erf(reach / ROOT_OF_TWO))
}

/// The same for Student's distribution with so many degrees of freedom. With none nothing is known: infinite.
///
/// ```
/// use stratum_core::numeric::reach::student;
/// assert!((student(0.95, 1) - 12.706_204_736).abs() < 1e-8);
/// assert!((student(0.95, 2) - 4.302_652_730).abs() < 1e-8);
/// assert!((student(0.90, 10) - 1.812_461_123).abs() < 1e-8);
/// assert_eq!(student(0.95, 0), f64::INFINITY);
/// ```
#[must_use]
pub fn student(share: f64, degrees: u32) -> f64 {
    match degrees {
        0 => f64::INFINITY,
        NEARLY_NORMAL.. => normal(share),
        _ => inverse(share, |reach| within(reach, degrees)),
    }
}

/// The share of Student's distribution from minus `reach` to `reach`.
fn within(reach: f64, degrees: u32) -> f64 {
    let n = from_u64(u64::from(degrees));
    let length = sqrt(n + reach * reach);
    let (sine, cosine) = (reach / length, sqrt(n) / length);
    let square = cosine * cosine;
    let odd = degrees % 2 == 1;
    // Odd: c + (2/3) c³ + (2/3)(4/5) c⁵ …; even: 1 + (1/2) c² + (1/2)(3/4) c⁴ …; each up to two below the degrees.
    let (mut term, mut power) = if odd { (cosine, 1) } else { (1.0, 0) };
    let mut sum = 0.0;
    while power + 2 <= degrees {
        sum += term;
        power += 2;
        let (above, below) = (u64::from(power - 1), u64::from(power));
        term *= square * from_u64(above) / from_u64(below);
    }
    if odd {
        let angle = atan(reach / sqrt(n));
        (angle + sine * sum) * core::f64::consts::FRAC_2_PI
    } else {
        sine * sum
    }
}

fn inverse(share: f64, within: impl Fn(f64) -> f64) -> f64 {
    if share.is_nan() {
        return share;
    }
    if share <= 0.0 {
        return 0.0;
    }
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let mut high = 1.0;
    while within(high) < share && high < 1e300 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if within(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
