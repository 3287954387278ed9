//! Where does the middle lie, and how far from it is usual? Quantiles, the median and the scaled median deviation.
//!
//! Numbers are ordered by their bits (`total_cmp`), so no input can make the order undefined. Quantiles interpolate linearly
//! between neighbours (type 7 of R. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996).

use super::functions::from_u64;

/// What turns the median deviation of normal noise into its standard deviation: one over the 0.75 quantile.
pub const MEDIAN_DEVIATION_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// Sorts numbers by value.
pub fn sort(numbers: &mut [f64]) {
    numbers.sort_unstable_by(f64::total_cmp);
}

/// The quantile of numbers in ascending order; none when there are none.
///
/// ```
/// use stratum_core::numeric::quantile::of_sorted;
/// assert_eq!(of_sorted(&[1.0, 2.0, 4.0], 0.5), Some(2.0));
/// assert_eq!(of_sorted(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
/// assert_eq!(of_sorted(&[], 0.5), None);
/// ```
#[must_use]
pub fn of_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = share.clamp(0.0, 1.0) * from_usize(last);
    let below = to_index(position).min(last);
    let low = *sorted.get(below)?;
    let high = *sorted.get((below + 1).min(last))?;
    Some(low + (high - low) * (position - from_usize(below)))
}

/// The median; sorts the numbers on the way. None when there are none.
///
/// ```
/// use stratum_core::numeric::quantile::median;
/// assert_eq!(median(&mut [9.0, 1.0, 2.0]), Some(2.0));
/// assert_eq!(median(&mut [1.0, 2.0]), Some(1.5));
/// ```
#[must_use]
pub fn median(numbers: &mut [f64]) -> Option<f64> {
    sort(numbers);
    of_sorted(numbers, 0.5)
}

/// The median of the distances to `middle`, scaled so that normal noise gives its standard deviation. Overwrites the numbers.
///
/// ```
/// use stratum_core::numeric::quantile::spread_around;
/// let spread = spread_around(&mut [1.0, 2.0, 3.0, 4.0, 900.0], 3.0).unwrap();
/// assert!((spread - 1.4826).abs() < 1e-4);
/// ```
#[must_use]
pub fn spread_around(numbers: &mut [f64], middle: f64) -> Option<f64> {
    for x in numbers.iter_mut() {
        *x = (*x - middle).abs();
    }
    Some(median(numbers)? * MEDIAN_DEVIATION_TO_SIGMA)
}

/// The float of a length.
pub(crate) fn from_usize(n: usize) -> f64 {
    from_u64(u64::try_from(n).unwrap_or(u64::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position within a slice: zero or more and below its length; the cast rounds down and saturates"
)]
const fn to_index(position: f64) -> usize {
    position as usize
}
