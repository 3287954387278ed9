//! How much is it altogether, before and after? Errors that channels have in common do not cancel in a sum.

use super::factor::{Amount, Factor};
use super::pooling::Pooled;
use crate::attribution::claims::estimate::Estimate;
use crate::numeric::Sum;

/// What one channel adds to the total.
pub(super) struct Part {
    pub(super) amount: Estimate,
    pub(super) factor: Option<Factor>,
    /// The weight of the channel in the mean across channels; none for an untested one.
    pub(super) share: Option<f64>,
}

/// Before, after, and how much of before has no factor.
///
/// Untested channels all carry the error of the mean across channels, and that is made of the errors of the tested ones. With
/// amounts A, factors f, variances v and weights w of tested channels, U the sum of untested amounts, m the variance of the mean and
/// t that between channels: Σ A² v + 2 U Σ A w v + U² m + t Σ U², besides what the errors of the amounts add.
pub(super) fn totals(
    parts: &[Part],
    common: Option<&Pooled>,
    (near, far): (f64, f64),
) -> (Amount, Option<Amount>, f64) {
    let [
        mut before,
        mut before_variance,
        mut after,
        mut own,
        mut shared,
        mut untested,
        mut left,
    ] = [Sum::new(); 7];
    let mut any_untested = false;
    for part in parts {
        let (a, noise) = (part.amount.value(), part.amount.variance());
        before.add(a);
        before_variance.add(noise);
        let Some(factor) = part.factor else {
            left.add(a);
            continue;
        };
        after.add(factor.value * a);
        own.add(noise * (factor.value * factor.value + factor.variance()));
        match (part.share, common) {
            (Some(share), _) => {
                own.add(a * a * factor.variance());
                shared.add(a * share * factor.variance());
            }
            (None, common) => {
                let between = common.map_or(0.0, |common| common.between);
                own.add(a * a * between);
                untested.add(a);
                any_untested |= a > 0.0;
            }
        }
    }
    let (u, mean_variance) = (
        untested.value(),
        common.map_or(0.0, |common| common.variance),
    );
    let variance = own.value() + 2.0 * u * shared.value() + u * u * mean_variance;
    let reach = if any_untested { far } else { near };
    let before = Amount::new(before.value(), before_variance.value(), near);
    let left = left.value();
    let after = (left == 0.0).then(|| Amount::new(after.value(), variance, reach));
    (before, after, left)
}
