//! Do the models agree? Measured: how much credit would have to change hands, and how alike the rankings are.
//!
//! That models agree does not make them right; that they differ says how much the choice of a model decides.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::Serialize;

use super::credit::Attribution;
use crate::numeric::functions::from_u64;
use crate::numeric::{sqrt, sum};

/// Shares that differ by no more than this rank alike: equal ones may come out of floats a little apart, and no model promises more.
const ALIKE: f64 = 1e-9;

/// How far two models agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// One model.
    pub one: String,
    /// The other.
    pub other: String,
    /// The part of all credit that would have to change hands to turn one answer into the other: half the sum of all differences.
    /// 0 when they are the same, 1 when no channel gets credit from both; above 1 only where a share is below zero.
    pub moved: f64,
    /// Kendall's rank correlation of the channels (tau-b): 1 for the same ranking, -1 for the reverse. None when one of them ranks
    /// nothing, because all its shares are equal.
    pub rank_correlation: Option<f64>,
}

/// The range of the shares that several models give one channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareRange {
    /// The channel.
    pub channel: String,
    /// The least share.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

/// Compares every pair of answers, in the order given; a channel that one of them does not know has a share of zero there.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, RuleModel, agreement};
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(3, 0))?;
/// table.add_text("search", ">", Counts::converted(1, 0))?;
/// let answers = [RuleModel::FirstTouch.attribute(&table)?, RuleModel::LastTouch.attribute(&table)?];
/// let pairs = agreement(&answers);
/// assert_eq!(pairs[0].moved, 0.75);
/// assert_eq!(pairs[0].rank_correlation, Some(-1.0));
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[must_use]
pub fn agreement(answers: &[Attribution]) -> Vec<Agreement> {
    let channels = channels(answers);
    let shares = |answer: &Attribution| -> Vec<f64> {
        let share = |name: &&str| answer.of(name).map_or(0.0, |credit| credit.share);
        channels.iter().map(share).collect()
    };
    let all: Vec<Vec<f64>> = answers.iter().map(shares).collect();
    let mut pairs = Vec::new();
    for (place, (one, ones)) in answers.iter().zip(&all).enumerate() {
        for (other, others) in answers.iter().zip(&all).skip(place + 1) {
            let differences = ones.iter().zip(others).map(|(a, b)| (a - b).abs());
            pairs.push(Agreement {
                one: one.model.clone(),
                other: other.model.clone(),
                moved: sum(differences) / 2.0,
                rank_correlation: tau_b(ones, others),
            });
        }
    }
    pairs
}

/// For each channel the range of its shares over several answers, in ascending order of names.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, RuleModel, share_ranges};
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(1, 0))?;
/// let answers = [RuleModel::FirstTouch.attribute(&table)?, RuleModel::Linear.attribute(&table)?];
/// let ranges = share_ranges(&answers);
/// assert_eq!((&*ranges[0].channel, ranges[0].least, ranges[0].most), ("email", 0.0, 0.5));
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[must_use]
pub fn share_ranges(answers: &[Attribution]) -> Vec<ShareRange> {
    let range = |name: &str| {
        let shares = answers
            .iter()
            .map(|answer| answer.of(name).map_or(0.0, |credit| credit.share));
        let first = (f64::INFINITY, f64::NEG_INFINITY);
        let (least, most) = shares.fold(first, |(least, most), share| {
            (least.min(share), most.max(share))
        });
        ShareRange {
            channel: name.into(),
            least,
            most,
        }
    };
    channels(answers).into_iter().map(range).collect()
}

fn channels(answers: &[Attribution]) -> Vec<&str> {
    let credits = answers.iter().flat_map(|answer| &answer.credits);
    let mut channels: Vec<&str> = credits.map(|credit| &*credit.channel).collect();
    channels.sort_unstable();
    channels.dedup();
    channels
}

fn ranked(one: f64, other: f64) -> Ordering {
    if (one - other).abs() <= ALIKE {
        Ordering::Equal
    } else {
        one.total_cmp(&other)
    }
}

/// M. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945). By pairs: channels are few.
fn tau_b(ones: &[f64], others: &[f64]) -> Option<f64> {
    let (mut alike, mut unlike, mut ranked_by_one, mut ranked_by_other) =
        (0_u64, 0_u64, 0_u64, 0_u64);
    for (place, (a, x)) in ones.iter().zip(others).enumerate() {
        for (b, y) in ones.iter().zip(others).skip(place + 1) {
            let (one, other) = (ranked(*a, *b), ranked(*x, *y));
            ranked_by_one += u64::from(one.is_ne());
            ranked_by_other += u64::from(other.is_ne());
            if one.is_ne() && other.is_ne() {
                alike += u64::from(one == other);
                unlike += u64::from(one != other);
            }
        }
    }
    // The root of the product and not the product of the roots, so that a ranking agrees with itself by exactly 1.
    let pairs = sqrt(from_u64(ranked_by_one) * from_u64(ranked_by_other));
    (pairs > 0.0).then(|| (from_u64(alike) - from_u64(unlike)) / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_for_neither_side() {
        // Ranks 1, 2, 2, 4 against 1, 3, 2, 4: five pairs of six are ranked by both and alike, over the root of 5 times 6.
        let tau = tau_b(&[1.0, 2.0, 2.0, 4.0], &[1.0, 3.0, 2.0, 4.0]).unwrap();
        assert!((tau - 5.0 / sqrt(30.0)).abs() < 1e-15);
        assert_eq!(tau_b(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(tau_b(&[], &[]), None);
    }
}
