//! How much is to come of a stream that each time ends with an unknown probability? A mean over a beta distribution.
//!
//! It is (a + b − 1) / (a − 1) · (1 − ₂F₁(shape, a − 1; a + b − 1; −reach)) with Gauss's hypergeometric function, in a form that
//! also holds where a is one or a + b is less. Sources: transformations 15.3.4 and 15.3.5 of M. Abramowitz and I. Stegun, *Handbook
//! of Mathematical Functions*; the trapezoidal rule on the logit scale, whose error falls exponentially with the step (L. Trefethen
//! and J. Weideman, "The Exponentially Convergent Trapezoidal Rule", SIAM Review 2014).

use super::functions::{exp, exp_m1, ln, ln_1p, sqrt};

/// Where the series is taken: its terms shrink by this factor at the least, and neither alternate nor grow beforehand.
const SERIES_REACH: f64 = 9.0;
const SERIES_EXCESS: (f64, f64) = (-6.0, 20.0);
const MOST_TERMS: u32 = 2_000;
/// The widest step on the logit scale, and the part of a standard deviation that a step may be.
const WIDEST_STEP: f64 = 0.2;
const PART_OF_DEVIATION: f64 = 0.5;
/// What is this small against the largest part adds nothing.
const LN_NOTHING: f64 = -42.0;
const MOST_STEPS: u32 = 20_000;

/// The mean of (1 − (1 + p · reach)^−shape) / p when p has a beta distribution with the parameters `a` and `b`.
///
/// All arguments are above zero; a reach of zero gives zero. Good to about nine digits for parameters from 1e-6 to 1e6, and to twelve
/// in most places.
///
/// ```
/// use stratum_core::numeric::fading::fading;
/// // If nearly nobody leaves, it is shape · reach.
/// assert!((fading(2.0, 0.5, 1e-6, 1e3) - 1.0).abs() < 1e-6);
/// // From here it is an integral that can be done by hand: the mean of 1 / (1 + p) for p between zero and one.
/// assert!((fading(1.0, 1.0, 1.0, 1.0) - 2_f64.ln()).abs() < 1e-14);
/// ```
#[must_use]
pub fn fading(shape: f64, reach: f64, a: f64, b: f64) -> f64 {
    // NaN goes on to the sum and comes out again.
    if reach <= 0.0 {
        return 0.0;
    }
    let third = a + b - 1.0;
    let (least, most) = SERIES_EXCESS;
    if reach <= SERIES_REACH && (least..=most).contains(&(third - shape)) {
        series(shape, reach, a, third)
    } else {
        summed(shape, reach, a, b)
    }
}

/// By the transformed series in reach / (1 + reach). The factor a + b − 1 is multiplied in, so that it may be zero.
fn series(shape: f64, reach: f64, a: f64, third: f64) -> f64 {
    let z = reach / (1.0 + reach);
    let length = ln_1p(reach);
    let bend = (1.0 - a) * length;
    let excess = third - shape;
    let (mut term, mut sum, mut n) = (excess * z, 0.0, 1.0);
    for _ in 0..MOST_TERMS {
        sum += term;
        if term.abs() <= 1e-17 * sum.abs() {
            break;
        }
        // From (a)_{n−1} (excess)_n / ((third + 1)_{n−1} n!) to the next.
        term *= (a + n - 1.0) * (excess + n) / ((third + n) * (n + 1.0)) * z;
        n += 1.0;
    }
    let straight = if bend == 0.0 {
        1.0
    } else {
        exp_m1(bend) / bend
    };
    third * length * straight - exp(bend) * sum
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + ln_1p(exp(-x.abs()))
}

/// By the trapezoidal rule on the logit of p; what lies beyond the last step is a geometric series.
fn summed(shape: f64, reach: f64, a: f64, b: f64) -> f64 {
    let step = WIDEST_STEP.min(PART_OF_DEVIATION * sqrt(1.0 / a + 1.0 / b));
    let middle = ln(a / b);
    let height = |s: f64| -a * softplus(-s) - b * softplus(s);
    let top = height(middle);
    let value = |s: f64| {
        let p = 1.0 / (1.0 + exp(-s));
        // Below every float the ratio is its limit.
        if p < 1e-300 {
            shape * reach
        } else {
            -exp_m1(-shape * ln_1p(p * reach)) / p
        }
    };
    let (mut weights, mut sum) = (1.0, value(middle));
    // Outwards on either side, with the rate at which the weights fall at the far end, and where everything else stands still.
    let still = ln(1e-17);
    let left = (-1.0, a, still - ln(1.0_f64.max(b).max(shape * reach)));
    let right = (1.0, b, still - ln(1.0_f64.max(a).max(shape)));
    for (way, rate, end) in [left, right] {
        let mut s = middle;
        for _ in 0..MOST_STEPS {
            s += way * step;
            let ln_weight = height(s) - top;
            let (weight, value) = (exp(ln_weight), value(s));
            weights += weight;
            sum += weight * value;
            if way * s > -end {
                let ratio = exp(-rate * step);
                let rest = weight * ratio / -exp_m1(-rate * step);
                weights += rest;
                sum += rest * value;
                break;
            }
            if ln_weight < LN_NOTHING {
                break;
            }
        }
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shape, reach, a, b, and the mean computed with forty digits.
    const KNOWN: [(f64, f64, f64, f64, f64); 18] = [
        (
            2.2426,
            0.9012423278858241,
            0.7929,
            4.4259,
            1.6871717064496643,
        ),
        (0.2426, 0.0001, 0.7929, 2.4259, 2.4259628718954116e-05),
        (0.2426, 8.0, 0.7929, 2.4259, 1.1170503834297933),
        (0.2426, 80.0, 0.7929, 2.4259, 4.158229523017861),
        (0.2426, 12000.0, 0.7929, 2.4259, 24.813200606527058),
        (200.24, 0.5, 0.79, 202.4, 84.86331390098705),
        (200.24, 50.0, 0.79, 202.4, 1231.3186983547835),
        (1000.0, 0.3, 0.8, 2.4, 19.556977312594956),
        (1000.0, 0.3, 100.0, 300.0, 4.03030303030303),
        (3.0, 1.5, 0.001, 2.0, 4.496013780061119),
        (3.0, 40.0, 0.001, 0.01, 108.6952414013264),
        (3.0, 40.0, 0.3, 0.7, 30.295414612240855),
        (0.5, 2.0, 0.3, 0.7, 0.7672201699890785),
        (5.0, 2.0, 2000.0, 3000.0, 2.3681991957740265),
        (200000.0, 1e-05, 0.5, 3.0, 1.7659313513805626),
        (50.0, 20.0, 1.5, 40.0, 65.04576427470658),
        (0.0001, 30.0, 0.5, 0.5, 0.0009134828553871596),
        (0.5, 1000000.0, 4.0, 0.05, 1.0156388954671178),
    ];

    #[test]
    fn it_agrees_with_forty_digits() {
        for (shape, reach, a, b, known) in KNOWN {
            let off = fading(shape, reach, a, b) / known - 1.0;
            assert!(off.abs() < 2e-12, "{shape} {reach} {a} {b}: {off:e}");
        }
    }

    #[test]
    fn the_series_and_the_sum_are_the_same() {
        for shape in [0.05, 0.24, 2.0, 17.0] {
            for reach in [1e-6, 0.01, 0.5, 2.0, 8.9] {
                for a in [0.01, 0.79, 1.0, 1.0 + 1e-9, 3.0] {
                    for b in [0.02, 1.0, 2.4, 18.0] {
                        let by_series = series(shape, reach, a, a + b - 1.0);
                        let off = by_series / summed(shape, reach, a, b) - 1.0;
                        if (SERIES_EXCESS.0..=SERIES_EXCESS.1).contains(&(a + b - 1.0 - shape)) {
                            assert!(off.abs() < 1e-11, "{shape} {reach} {a} {b}: {off:e}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_comes_of_no_time_and_of_what_is_no_number() {
        assert_eq!(fading(1.0, 0.0, 1.0, 1.0), 0.0);
        assert!(fading(f64::NAN, 1.0, 1.0, 1.0).is_nan());
    }
}
