//! How is credit written down? As exact sums until the end, and shared out so that nothing is lost or made up.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::channels::Ranked;
use super::paths::{Counts, PathTotals};
use crate::numeric::functions::{from_u64, round};

/// One conversion in the units of exact credit: a share of a path is a whole number of these.
pub(super) const ONE: u64 = 1 << ONE_BITS;
const ONE_BITS: u32 = 52;
/// Weights given as floats are rounded to so many bits: their products with any amount stay exact in 128.
const WEIGHT_BITS: u32 = 44;
/// Sets of so few channels are kept in one number.
const BITS_OF_A_SET: usize = 64;
/// Weights below this are lifted first, so that no scale leaves the range of floats.
const TINY: f64 = 1e-200;
/// By 2^600, which changes no digit of a weight.
const LIFT: f64 = f64::from_bits((1_023 + 600) << 52);

/// Credit of one channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Credit {
    /// The channel.
    pub channel: String,
    /// Its share of all credit; below zero where a model finds that a channel did harm. Zero when there was nothing to share.
    pub share: f64,
    /// Conversions credited to it.
    pub conversions: f64,
    /// Value credited to it, in the smallest unit of the currency; these add up exactly.
    pub value_minor: i64,
}

/// What a model says: credit for each channel, in ascending order of their names.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, RuleModel};
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(1, 101))?;
/// let answer = RuleModel::Linear.attribute(&table)?;
/// let values: Vec<i64> = answer.credits.iter().map(|c| c.value_minor).collect();
/// assert_eq!(values, [51, 50]);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attribution {
    /// Which model, with what distinguishes it.
    pub model: String,
    /// One entry for each channel.
    pub credits: Vec<Credit>,
    /// What was shared out and what was not.
    pub totals: PathTotals,
}

impl Attribution {
    /// The credit of one channel.
    #[must_use]
    pub fn of(&self, channel: &str) -> Option<&Credit> {
        self.credits.iter().find(|credit| credit.channel == channel)
    }

    /// The channels with the most conversions credited first; equal ones by name.
    #[must_use]
    pub fn ranked(&self) -> Vec<&Credit> {
        let mut ranked: Vec<&Credit> = self.credits.iter().collect();
        ranked.sort_by(|a, b| b.conversions.total_cmp(&a.conversions));
        ranked
    }

    /// From the share of each channel, in ascending order of names. Conversions and value are shared alike.
    pub(super) fn from_shares(
        model: String,
        names: Vec<String>,
        shares: &[f64],
        totals: PathTotals,
    ) -> Self {
        let values = apportion(totals.touched.value_minor, shares);
        let conversions = from_u64(totals.touched.conversions);
        let credits = names.into_iter().zip(shares.iter().zip(values));
        let credits = credits.map(|(channel, (share, value_minor))| Credit {
            channel,
            share: *share,
            conversions: share * conversions,
            value_minor,
        });
        Self {
            model,
            credits: credits.collect(),
            totals,
        }
    }
}

/// Shares a whole amount out in proportion to weights, by the largest remainder: the parts add up to the amount. Equal
/// remainders go to whoever comes first. Weights are taken to 44 bits of the largest. All parts are zero when the weights do not add up to more than nothing; weights below
/// zero are taken, and a part that would leave 64 bits because of them stays at the end of the range.
///
/// ```
/// use stratum_core::attribution::apportion;
/// assert_eq!(apportion(100, &[1.0, 1.0, 1.0]), [34, 33, 33]);
/// assert_eq!(apportion(10, &[0.75, -0.25, 0.5]), [8, -3, 5]);
/// assert_eq!(apportion(7, &[0.0, 0.0]), [0, 0]);
/// ```
#[must_use]
pub fn apportion(amount: i64, weights: &[f64]) -> Vec<i64> {
    let largest = weights.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    if !(largest > 0.0 && largest.is_finite()) {
        return alloc::vec![0; weights.len()];
    }
    let lift = if largest < TINY { LIFT } else { 1.0 };
    let largest = largest * lift;
    // A power of two, so that the proportions of short weights stay as they are.
    let most = from_u64(1 << WEIGHT_BITS);
    let mut scale = 1.0;
    while largest * scale > most {
        scale /= 2.0;
    }
    while largest * scale * 2.0 <= most {
        scale *= 2.0;
    }
    let whole = |w: &f64| i128::from(to_whole(w * lift * scale));
    let weights: Vec<i128> = weights.iter().map(whole).collect();
    in_proportion(amount, &weights)
}

/// As [`apportion`], by whole weights and exactly; for amounts of zero or more.
pub(super) fn apportion_whole(amount: i64, weights: &[u64]) -> Vec<i64> {
    let weights: Vec<i128> = weights.iter().map(|weight| i128::from(*weight)).collect();
    in_proportion(amount, &weights)
}

fn in_proportion(amount: i64, weights: &[i128]) -> Vec<i64> {
    let total: i128 = weights.iter().sum();
    if total <= 0 {
        return alloc::vec![0; weights.len()];
    }
    // INVARIANT: an amount has 63 bits and a weight at most 64, so a product stays within 127.
    let products = weights.iter().map(|weight| i128::from(amount) * weight);
    by_largest_remainder(amount, products, |product| {
        (product.div_euclid(total), product.rem_euclid(total))
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "at most 2^44 in magnitude; NaN becomes zero"
)]
fn to_whole(x: f64) -> i64 {
    round(x) as i64
}

/// Gives each its whole part, and one more to those with the largest rest until the amount is reached.
fn by_largest_remainder(
    amount: i64,
    parts: impl Iterator<Item = i128>,
    split: impl Fn(i128) -> (i128, i128),
) -> Vec<i64> {
    let parts: Vec<(i128, i128)> = parts.map(split).collect();
    let given: i128 = parts.iter().map(|(whole, _)| whole).sum();
    let left = usize::try_from(i128::from(amount) - given).unwrap_or(0);
    let mut wholes: Vec<i128> = parts.iter().map(|(whole, _)| *whole).collect();
    let mut order: Vec<(usize, i128)> = parts.iter().map(|(_, rest)| *rest).enumerate().collect();
    order.sort_by_key(|(_, rest)| core::cmp::Reverse(*rest));
    for (at, _) in order.into_iter().take(left) {
        if let Some(whole) = wholes.get_mut(at) {
            *whole += 1;
        }
    }
    let bounded = |whole: i128| whole.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    let wholes = wholes.into_iter().map(bounded);
    wholes
        .map(|whole| i64::try_from(whole).unwrap_or(0))
        .collect()
}

/// Exact credit: sums of whole shares, so that partitions add up to the whole. Channels are in ascending order of their names, so
/// that it does not show in which order they were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExactCredit {
    ranked: Ranked,
    sums: Vec<(i128, i128)>,
}

impl ExactCredit {
    pub(super) fn over(names: &[&str]) -> Self {
        Self {
            ranked: Ranked::of(names),
            sums: alloc::vec![(0, 0); names.len()],
        }
    }

    /// The names in ascending order.
    pub(super) fn names(&self) -> &[String] {
        &self.ranked.names
    }

    /// The place of a code in that order.
    pub(super) fn rank(&self, code: u16) -> u16 {
        self.ranked.of_code(code)
    }

    /// The channels of a path, each once, by their places in that order.
    pub(super) fn set_of(&self, codes: &[u16], set: &mut Vec<u16>) {
        set.clear();
        let ranks = codes.iter().map(|code| self.rank(*code));
        if self.sums.len() <= BITS_OF_A_SET {
            // One bit for each, read from the lowest: in order and without repeats.
            let mut bits = ranks.fold(0_u64, |bits, rank| bits | 1_u64.wrapping_shl(rank.into()));
            while bits != 0 {
                set.push(u16::try_from(bits.trailing_zeros()).unwrap_or(0));
                bits &= bits - 1;
            }
            return;
        }
        set.extend(ranks);
        set.sort_unstable();
        set.dedup();
    }

    /// Gives the channel at a place `units` of [`ONE`] of everything one path came to.
    pub(super) fn give(&mut self, rank: u16, units: u64, counts: Counts) {
        // INVARIANT: units are at most 2^52 and sums of counts fit 64 bits, so no product or sum leaves 128 bits.
        if let Some((conversions, value)) = self.sums.get_mut(usize::from(rank)) {
            let units = i128::from(units);
            *conversions += units * i128::from(counts.conversions);
            *value += units * i128::from(counts.value_minor);
        }
    }

    pub(super) fn finish(self, model: String, totals: PathTotals) -> Attribution {
        let values = whole_amounts(
            totals.touched.value_minor,
            self.sums.iter().map(|(_, value)| *value),
        );
        let of = from_u64(totals.touched.conversions);
        let credits = self.ranked.names.into_iter().zip(self.sums).zip(values);
        let credits = credits.map(|((channel, (units, _)), value_minor)| {
            let conversions = in_conversions(units);
            let share = if of > 0.0 { conversions / of } else { 0.0 };
            Credit {
                channel,
                share,
                conversions,
                value_minor,
            }
        });
        Attribution {
            model,
            credits: credits.collect(),
            totals,
        }
    }
}

/// Units of value as whole amounts that add up. Every path gave exactly [`ONE`] of itself, so the units are the amount times that.
pub(super) fn whole_amounts(amount: i64, units: impl Iterator<Item = i128>) -> Vec<i64> {
    by_largest_remainder(amount, units, |units| {
        (units >> ONE_BITS, units & i128::from(ONE - 1))
    })
}

/// Exact units as conversions.
pub(super) fn in_conversions(units: i128) -> f64 {
    let one = i128::from(ONE);
    // INVARIANT: no more conversions than 64 bits hold, and none below zero.
    let whole = u64::try_from(units.div_euclid(one)).unwrap_or(u64::MAX);
    let rest = u64::try_from(units.rem_euclid(one)).unwrap_or(0);
    from_u64(whole) + from_u64(rest) / from_u64(ONE)
}

/// Splits [`ONE`] by whole weights; what rounding leaves goes to the first touches. All parts are zero when all weights are.
pub(super) fn split_one(weights: &[u64], parts: &mut Vec<u64>) {
    parts.clear();
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let short = u64::try_from(total).unwrap_or(0);
    let mut left = ONE;
    for weight in weights {
        let part = match ONE.checked_mul(*weight) {
            Some(product) if short > 0 => product / short,
            _ => {
                let part = (u128::from(ONE) * u128::from(*weight)).checked_div(total);
                u64::try_from(part.unwrap_or(0)).unwrap_or(0)
            }
        };
        left -= part;
        parts.push(part);
    }
    // Less than one unit is left for each touch with a weight, so one round is enough.
    let weighty = weights
        .iter()
        .zip(parts.iter_mut())
        .filter(|(w, _)| **w > 0);
    for (_, part) in weighty {
        if left == 0 {
            break;
        }
        *part += 1;
        left -= 1;
    }
}

/// Splits whole units in so many parts, in one at least; the first ones get what is left over.
pub(super) fn split_evenly(units: u64, parts: usize, split: &mut Vec<u64>) {
    let parts = u64::try_from(parts).unwrap_or(1).max(1);
    split.clear();
    let left = units % parts;
    split.extend((0..parts).map(|part| units / parts + u64::from(part < left)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_the_same_however_many_channels_there_are() {
        let names: Vec<_> = (0..65).map(|n| alloc::format!("{:02}", 99 - n)).collect();
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        for few in [&names[1..], &names[..]] {
            let mut set = alloc::vec![7];
            let last = u16::try_from(few.len() - 1).unwrap();
            ExactCredit::over(few).set_of(&[0, 3, last, 3, 0], &mut set);
            assert_eq!(set, [0, last - 3, last]);
        }
    }

    #[test]
    fn one_is_split_without_a_rest() {
        let mut parts = Vec::new();
        for weights in [
            &[1, 1, 1][..],
            &[0, 7, 0, 3],
            &[u64::MAX, u64::MAX, 1],
            &[5],
        ] {
            split_one(weights, &mut parts);
            assert_eq!(parts.iter().sum::<u64>(), ONE, "{weights:?}");
            assert!(weights.iter().zip(&parts).all(|(w, p)| *w > 0 || *p == 0));
        }
        split_one(&[0, 0], &mut parts);
        assert_eq!(parts, [0, 0]);
    }

    #[test]
    fn parts_add_up_at_the_ends_of_the_range() {
        for amount in [i64::MAX, 1, 0, -1, i64::MIN] {
            let parts = apportion(amount, &[1e-300, 1e-300, 3e-301]);
            assert_eq!(
                parts.iter().map(|p| i128::from(*p)).sum::<i128>(),
                i128::from(amount)
            );
        }
        assert_eq!(apportion(100, &[1e-300, 3e-300]), [25, 75]);
        assert_eq!(apportion(5, &[5e-324, 5e-324]), [3, 2]);
        assert_eq!(apportion(100, &[f64::MAX, f64::MAX]), [50, 50]);
        assert_eq!(apportion(5, &[f64::NAN, 1.0]), [0, 5]);
        assert_eq!(apportion(5, &[f64::INFINITY, 1.0]), [0, 0]);
        assert_eq!(apportion(5, &[-2.0, 1.0]), [0, 0]);
    }
}
