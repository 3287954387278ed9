//! How are float functions computed? By `libm`, because `std` gives other last bits on other platforms.
//!
//! Conversions to `f64` live here too, so that every one of them is seen.

use rust_decimal::Decimal;

/// The square root; NaN below zero.
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// e to the power of x.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// e to the power of x, less one; as exact for small x as for others.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm of one more than x; as exact for small x as for others.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The logarithm of the gamma function of x, for x above zero.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The angle whose tangent is x.
#[must_use]
pub fn atan(x: f64) -> f64 {
    libm::atan(x)
}

/// The share of a normal distribution within x times the square root of two standard deviations, negative below zero.
#[must_use]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// One less [`erf`]; as exact far from zero as near to it.
#[must_use]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// The nearest whole number, halves away from zero.
#[must_use]
pub fn round(x: f64) -> f64 {
    libm::round(x)
}

/// The nearest count; zero for NaN and below zero.
///
/// ```
/// use stratum_core::numeric::functions::nearest_count;
/// assert_eq!(nearest_count(2.5), 3);
/// assert_eq!(nearest_count(-7.0), 0);
/// ```
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is whole and not negative; the cast saturates"
)]
#[must_use]
pub fn nearest_count(x: f64) -> u64 {
    let nearest = round(x);
    if nearest > 0.0 { nearest as u64 } else { 0 }
}

/// The nearest float; exact below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^53 do not occur, and rounding is to nearest everywhere"
)]
#[must_use]
pub const fn from_u64(n: u64) -> f64 {
    n as f64
}

/// The nearest float; exact below 2^53 in magnitude.
#[expect(
    clippy::cast_precision_loss,
    reason = "values beyond 2^53 do not occur, and rounding is to nearest everywhere"
)]
#[must_use]
pub const fn from_i64(n: i64) -> f64 {
    n as f64
}

/// The float nearest to mantissa over power of ten: at most one rounding beyond the division's own.
///
/// ```
/// use stratum_core::numeric::from_decimal;
/// use rust_decimal::Decimal;
/// assert_eq!(from_decimal(Decimal::new(12050, 2)), 120.5);
/// ```
#[must_use]
pub fn from_decimal(d: Decimal) -> f64 {
    let mut power = 1.0;
    for _ in 0..d.scale() {
        power *= 10.0;
    }
    let mantissa = d.mantissa();
    // The same nearest float either way, and amounts of money always fit the cheap one.
    let nearest = match i64::try_from(mantissa) {
        Ok(short) => from_i64(short),
        Err(_) => from_i128(mantissa),
    };
    nearest / power
}

/// Kept apart, so that what amounts of money do not need is not computed beforehand.
#[cold]
#[inline(never)]
#[expect(
    clippy::cast_precision_loss,
    reason = "rounding is to nearest everywhere"
)]
const fn from_i128(n: i128) -> f64 {
    n as f64
}
