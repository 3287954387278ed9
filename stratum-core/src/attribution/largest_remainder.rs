//! How is a whole number divided by weights so that nothing is lost? By the largest remainder, in whole numbers throughout.

use alloc::vec::Vec;

use crate::numeric::functions::nearest_count;

/// A share of one is counted in so many parts: floats have 53 bits.
const PARTS: f64 = 4_503_599_627_370_496.0;

/// Divides `total` in proportion to the weights. Every part is within one unit of its exact share; what rounding down leaves goes
/// to the largest remainders, the first of equals first. The parts sum to the total whenever some weight is not zero; else there
/// is nobody to give to, and every part is zero.
pub(crate) fn apportion(total: i64, weights: &[u64]) -> Vec<i64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return alloc::vec![0; weights.len()];
    }
    // Magnitudes stay below 2^63 · 2^64, which fits into 127 bits.
    let magnitude = u128::from(total.unsigned_abs());
    let mut parts: Vec<u64> = Vec::with_capacity(weights.len());
    let mut remainders: Vec<(u128, usize)> = Vec::with_capacity(weights.len());
    let mut given: u128 = 0;
    for (index, weight) in weights.iter().enumerate() {
        let product = magnitude * u128::from(*weight);
        let part = product / sum;
        given += part;
        parts.push(u64::try_from(part).unwrap_or(u64::MAX));
        remainders.push((product % sum, index));
    }
    remainders.sort_by(|(a, i), (b, j)| b.cmp(a).then(i.cmp(j)));
    let left = usize::try_from(magnitude - given).unwrap_or(0);
    for (_, index) in remainders.into_iter().take(left) {
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
        }
    }
    let sign = total.signum();
    let signed = |part: u64| i64::try_from(part).map_or(total, |part| part * sign);
    parts.into_iter().map(signed).collect()
}

/// The same for weights that are floats, none of them below zero.
pub(crate) fn apportion_by_floats(total: i64, weights: &[f64]) -> Vec<i64> {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let whole = |weight: &f64| nearest_count(weight / largest * PARTS);
    let whole: Vec<u64> = if largest > 0.0 {
        weights.iter().map(whole).collect()
    } else {
        alloc::vec![0; weights.len()]
    };
    apportion(total, &whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_go_to_the_largest_remainders_and_the_first_of_equals() {
        assert_eq!(apportion(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(apportion(101, &[1, 1, 1]), [34, 34, 33]);
        assert_eq!(apportion(10, &[6, 3, 1]), [6, 3, 1]);
        assert_eq!(apportion(7, &[0, 5, 0]), [0, 7, 0]);
        assert_eq!(apportion(10, &[1, 2, 4]), [1, 3, 6]);
        assert_eq!(apportion(-10, &[1, 2, 4]), [-1, -3, -6]);
    }

    #[test]
    fn without_weight_there_is_nobody_to_give_to() {
        assert_eq!(apportion(100, &[0, 0]), [0, 0]);
        assert_eq!(apportion(100, &[]), [0; 0]);
        assert_eq!(apportion_by_floats(100, &[0.0, 0.0]), [0, 0]);
    }

    #[test]
    fn the_largest_numbers_are_divided_exactly() {
        let parts = apportion(i64::MAX, &[u64::MAX, u64::MAX, u64::MAX - 1]);
        assert_eq!(
            parts.iter().map(|part| i128::from(*part)).sum::<i128>(),
            i128::from(i64::MAX)
        );
        let parts = apportion(i64::MIN + 1, &[3, u64::MAX]);
        assert_eq!(parts.iter().sum::<i64>(), i64::MIN + 1);
    }

    #[test]
    fn floats_are_followed_to_the_unit() {
        assert_eq!(apportion_by_floats(100, &[0.5, 0.25, 0.25]), [50, 25, 25]);
        let parts = apportion_by_floats(1_000_000_007, &[0.1, 0.2, 0.7]);
        assert_eq!(parts.iter().sum::<i64>(), 1_000_000_007);
        assert_eq!(parts, [100_000_001, 200_000_001, 700_000_005]);
    }
}
