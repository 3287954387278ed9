//! How is money cut to the smallest unit? One rounding, one way to share out, one bound.
//!
//! Not here: floats. Amounts are whole numbers of the smallest unit, kept below 2^53 so that a float holds each exactly.

use alloc::vec::Vec;
use core::cmp::Reverse;

use super::error::{ProfitError, ProfitRefused};
use crate::customer::journey::MAX_NAME_BYTES;
use crate::vocabulary::Money;

/// More than a million million of any currency, and exact as a float.
const MOST: i128 = 1 << 53;

/// The nearest whole number to a fraction, halves away from zero. `under` is above zero.
pub(super) const fn rounded(over: i128, under: i128) -> i128 {
    let size = (2 * over.abs() + under) / (2 * under);
    if over < 0 { -size } else { size }
}

/// The amount, if it is one that is kept.
pub(super) fn bounded(amount: i128, path: &str) -> Result<i128, ProfitError> {
    if amount.abs() <= MOST {
        Ok(amount)
    } else {
        Err(ProfitError::about(path, ProfitRefused::TooMuchMoney))
    }
}

/// In the smallest unit, not below zero.
pub(super) fn minor(money: &Money, path: &str) -> Result<i128, ProfitError> {
    let amount = money.amount().mantissa();
    if amount < 0 {
        return Err(ProfitError::about(path, ProfitRefused::Negative));
    }
    bounded(amount, path)
}

/// For the answer. What is bounded fits.
pub(super) fn narrow(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}

/// Parts of a whole in proportion to weights, which are not below zero: rounded down, and what is left goes one by one to the
/// largest remainders, of equal ones to the first name. Names differ.
pub(super) fn shared_out(whole: i128, weights: &[(i128, &str)]) -> Vec<i128> {
    let sum: i128 = weights.iter().map(|(weight, _)| weight).sum();
    if sum == 0 {
        return weights.iter().map(|_| 0).collect();
    }
    let mut parts: Vec<i128> = weights.iter().map(|(one, _)| whole * one / sum).collect();
    let left = whole - parts.iter().sum::<i128>();
    let mut order: Vec<_> = (0..)
        .zip(weights)
        .map(|(at, (weight, name)): (usize, _)| (Reverse(whole * weight % sum), *name, at))
        .collect();
    order.sort_unstable();
    for (_, (_, _, at)) in (0..left).zip(order) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

pub(super) fn check_name(name: &str, path: &str) -> Result<(), ProfitError> {
    let sound = !name.is_empty() && name.len() <= MAX_NAME_BYTES;
    if sound && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(ProfitError::about(path, ProfitRefused::BadName))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!((rounded(5, 10), rounded(-5, 10)), (1, -1));
        assert_eq!((rounded(4, 10), rounded(-14, 10)), (0, -1));
    }

    #[test]
    fn a_cent_that_is_left_goes_to_the_largest_remainder_and_then_to_the_first_name() {
        assert_eq!(
            shared_out(100, &[(1, "b"), (1, "c"), (1, "a")]),
            [33, 33, 34]
        );
        assert_eq!(shared_out(10, &[(2, "a"), (1, "b")]), [7, 3]);
        assert_eq!(shared_out(0, &[(0, "a")]), [0]);
    }
}
