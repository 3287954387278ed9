//! How do products of many factors grow? Rising factorials, and the first two derivatives of the logarithm of the gamma function.
//!
//! Sources: the recurrences and asymptotic series 6.3.5, 6.3.18, 6.4.6 and 6.4.12 of M. Abramowitz and I. Stegun, *Handbook of
//! Mathematical Functions*. Not here: arguments of zero and below; the derivatives are then not a number.

use super::functions::{from_u64, ln, ln_gamma};

/// Up to so many factors are taken one by one, which loses nothing when the argument is large.
const FEW: u32 = 32;
/// From here on the asymptotic series are exact to the last bits.
const FAR: f64 = 12.0;

/// The derivative of the logarithm of the gamma function, for z above zero.
///
/// ```
/// use stratum_core::numeric::gamma::digamma;
/// // Euler's constant.
/// assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-15);
/// ```
#[must_use]
pub fn digamma(z: f64) -> f64 {
    if z.is_nan() || z <= 0.0 {
        return f64::NAN;
    }
    let (mut z, mut below) = (z, 0.0);
    while z < FAR {
        below += 1.0 / z;
        z += 1.0;
    }
    let square = 1.0 / (z * z);
    let tail = 1.0 / 12.0
        - square
            * (1.0 / 120.0
                - square
                    * (1.0 / 252.0
                        - square
                            * (1.0 / 240.0 - square * (1.0 / 132.0 - square * 691.0 / 32760.0))));
    ln(z) - 0.5 / z - square * tail - below
}

/// The derivative of [`digamma`], for z above zero.
///
/// ```
/// use stratum_core::numeric::gamma::trigamma;
/// let pi = core::f64::consts::PI;
/// assert!((trigamma(1.0) - pi * pi / 6.0).abs() < 1e-14);
/// ```
#[must_use]
pub fn trigamma(z: f64) -> f64 {
    if z.is_nan() || z <= 0.0 {
        return f64::NAN;
    }
    let (mut z, mut below) = (z, 0.0);
    while z < FAR {
        below += 1.0 / (z * z);
        z += 1.0;
    }
    let square = 1.0 / (z * z);
    let tail = 1.0 / 6.0
        - square
            * (1.0 / 30.0
                - square
                    * (1.0 / 42.0
                        - square * (1.0 / 30.0 - square * (5.0 / 66.0 - square * 691.0 / 2730.0))));
    below + 1.0 / z + square / 2.0 + square / z * tail
}

/// The logarithm of the rising factorial z · (z + 1) · … with `count` factors, for z above zero.
///
/// ```
/// use stratum_core::numeric::gamma::ln_rising;
/// assert!((ln_rising(1.0, 5) - 120_f64.ln()).abs() < 1e-14);
/// assert_eq!(ln_rising(0.3, 0), 0.0);
/// ```
#[must_use]
pub fn ln_rising(z: f64, count: u32) -> f64 {
    if count > FEW {
        return ln_gamma(z + from_u64(count.into())) - ln_gamma(z);
    }
    factors(z, count).map(ln).sum()
}

/// The sum of 1 / (z + k) for k from 0 below `count`: the derivative of [`ln_rising`].
///
/// ```
/// use stratum_core::numeric::gamma::inverse_sum;
/// assert!((inverse_sum(1.0, 3) - 11.0 / 6.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn inverse_sum(z: f64, count: u32) -> f64 {
    if count > FEW {
        return digamma(z + from_u64(count.into())) - digamma(z);
    }
    factors(z, count).map(|factor| 1.0 / factor).sum()
}

/// The sum of 1 / (z + k)² for k from 0 below `count`: the second derivative of [`ln_rising`] with the sign turned.
///
/// ```
/// use stratum_core::numeric::gamma::inverse_square_sum;
/// assert!((inverse_square_sum(1.0, 3) - 49.0 / 36.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn inverse_square_sum(z: f64, count: u32) -> f64 {
    if count > FEW {
        return trigamma(z) - trigamma(z + from_u64(count.into()));
    }
    factors(z, count)
        .map(|factor| 1.0 / (factor * factor))
        .sum()
}

fn factors(z: f64, count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(move |k| z + f64::from(k))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with fifty digits.
    const KNOWN: [(f64, f64, f64); 5] = [
        (0.015625, -64.55180297316785, 4097.6081469812325),
        (0.75, -1.0858608797864722, 2.5418796476716063),
        (2.5, 0.7031566406452432, 0.49035775610023485),
        (11.5, 2.3982391295357814, 0.09084666127454623),
        (4096.25, 8.317705132184203, 0.00024415552585786243),
    ];

    #[test]
    fn derivatives_of_the_gamma_function_agree_with_fifty_digits() {
        for (z, first, second) in KNOWN {
            assert!((digamma(z) / first - 1.0).abs() < 4e-15, "{z}");
            assert!((trigamma(z) / second - 1.0).abs() < 4e-15, "{z}");
        }
    }

    #[test]
    fn at_zero_and_below_there_is_no_derivative_and_no_waiting_for_it() {
        for z in [0.0, -0.5, -1e17, f64::NEG_INFINITY, f64::NAN] {
            assert!(digamma(z).is_nan() && trigamma(z).is_nan(), "{z}");
        }
    }

    #[test]
    fn many_factors_continue_what_few_begin() {
        for z in [0.05, 0.7, 3.0, 250.0] {
            let next = z + f64::from(FEW);
            let (few, many) = (FEW, FEW + 1);
            assert!((ln_rising(z, many) - ln_rising(z, few) - ln(next)).abs() < 1e-12);
            assert!((inverse_sum(z, many) - inverse_sum(z, few) - 1.0 / next).abs() < 1e-13);
            let square = 1.0 / (next * next);
            let rise = inverse_square_sum(z, many) - inverse_square_sum(z, few);
            assert!((rise - square).abs() < 1e-13);
        }
    }
}
