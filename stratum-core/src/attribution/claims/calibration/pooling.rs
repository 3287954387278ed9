//! What do several tests say together? Random effects, with the variance between them after Paule and Mandel.
//!
//! Each test has an error of its own, and the truth may differ from test to test. The variance between them is the one at which
//! the weighted squares around the mean are what they should be on average: one less than the number of tests.

use alloc::vec::Vec;

use crate::numeric::quantile::from_usize;
use crate::numeric::sum;

const HALVINGS: u32 = 200;

/// What several numbers with variances say together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pooled {
    pub(super) mean: f64,
    /// The variance of the mean.
    pub(super) variance: f64,
    /// The variance of the truth from one number to the other.
    pub(super) between: f64,
    /// The weight of each number in the mean; they sum to one.
    pub(super) shares: Vec<f64>,
}

/// Pools numbers with their variances. There is at least one.
pub(super) fn pool(numbers: &[(f64, f64)]) -> Pooled {
    let between = between(numbers);
    weighed(numbers, between)
}

/// The weighted mean at a given variance between. Numbers without any variance share all the weight.
fn weighed(numbers: &[(f64, f64)], between: f64) -> Pooled {
    let exact = numbers
        .iter()
        .filter(|(_, own)| own + between == 0.0)
        .count();
    let weight = |own: f64| match (exact, own + between) {
        (0, variance) => 1.0 / variance,
        (_, 0.0) => 1.0,
        _ => 0.0,
    };
    let total = sum(numbers.iter().map(|(_, own)| weight(*own)));
    let shares: Vec<f64> = numbers
        .iter()
        .map(|(_, own)| weight(*own) / total)
        .collect();
    // Around the first number, so that equal numbers have exactly their own mean.
    let first = numbers.first().map_or(f64::NAN, |(x, _)| *x);
    let from_first = numbers.iter().zip(&shares);
    Pooled {
        mean: first + sum(from_first.map(|((x, _), share)| (x - first) * share)),
        variance: if exact > 0 { 0.0 } else { 1.0 / total },
        between,
        shares,
    }
}

fn between(numbers: &[(f64, f64)]) -> f64 {
    let expected = from_usize(numbers.len()) - 1.0;
    // Squares of distances to the mean, each over its variance.
    let squares = |between: f64| {
        let mean = weighed(numbers, between).mean;
        sum(numbers.iter().map(|(x, own)| {
            let square = (x - mean) * (x - mean);
            // An exact number that is not the mean is infinitely far from it.
            if square == 0.0 {
                0.0
            } else {
                square / (own + between)
            }
        }))
    };
    if expected < 1.0 || squares(0.0) <= expected {
        return 0.0;
    }
    // With all variance between, the weights are equal, and the usual sample variance is enough.
    let equal = numbers.iter().map(|(x, _)| x / from_usize(numbers.len()));
    let mean = sum(equal);
    let spread = sum(numbers.iter().map(|(x, _)| (x - mean) * (x - mean)));
    let (mut low, mut high) = (0.0, spread / expected);
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if squares(middle) > expected {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    #[test]
    fn tests_that_agree_are_weighed_by_precision_alone() {
        // Weights 1/4 and 1: the squares (0.8² · 1/4 + 0.2² · 1 = 0.2) are less than one.
        let pooled = pool(&[(1.0, 4.0), (2.0, 1.0)]);
        close(pooled.mean, 1.8);
        close(pooled.variance, 0.8);
        close(pooled.between, 0.0);
        close(pooled.shares[1], 0.8);
    }

    #[test]
    fn tests_that_differ_have_a_variance_between_them() {
        // Equal variances of 1 around 0, 6 and 12: the sample variance is 36, of which 35 lie between.
        let pooled = pool(&[(0.0, 1.0), (6.0, 1.0), (12.0, 1.0)]);
        close(pooled.mean, 6.0);
        close(pooled.between, 35.0);
        close(pooled.variance, 12.0);
    }

    #[test]
    fn exact_tests_decide_and_differ_only_by_what_lies_between() {
        let one = pool(&[(1.0, 0.0), (1.5, 1.0)]);
        assert_eq!((one.mean, one.variance, one.between), (1.0, 0.0, 0.0));
        // Two numbers 3 apart: 9 / (1 + 2 between) = 1.
        let far = pool(&[(1.0, 0.0), (4.0, 1.0)]);
        close(far.between, 4.0);
        close(far.mean, 1.0 + 3.0 * 4.0 / 9.0);
        let apart = pool(&[(1.0, 0.0), (3.0, 0.0)]);
        assert_eq!((apart.mean, apart.between, apart.variance), (2.0, 2.0, 1.0));
    }

    #[test]
    fn one_test_is_itself() {
        let one = pool(&[(0.4, 0.01)]);
        close(one.mean, 0.4);
        close(one.variance, 0.01);
        assert_eq!(one.shares, [1.0]);
    }
}
