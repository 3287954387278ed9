//! Which parts of a conversion go where, once and for all? Credit that does not depend on other journeys.

use alloc::vec::Vec;

use super::sets::set_of;
use crate::attribution::channels::Ranked;
use crate::attribution::credit::ONE;
use crate::attribution::error::AttributionError;
use crate::attribution::paths::CountedPath;
use crate::attribution::rules::{RuleModel, Weigher};
use crate::numeric::functions::{from_u64, round};

/// Credit by channel: by a rule, or evenly to each channel of the path.
pub(super) enum Credited {
    Rule(Weigher),
    Evenly,
}

/// A share in whole parts of 2^-24: sums of up to 2^29 of them are exact, so that they do not depend on the order of rows.
pub(super) fn in_grains(share: f64) -> f64 {
    const GRAINS: f64 = 16_777_216.0;
    round(share * GRAINS) / GRAINS
}

impl Credited {
    pub(super) fn rule(rule: &RuleModel, names: &[&str]) -> Result<Self, AttributionError> {
        Ok(Self::Rule(rule.weigher(names)?))
    }

    pub(super) fn places(
        &self,
        path: &CountedPath<'_>,
        ranked: &Ranked,
        places: &mut Vec<(usize, f64)>,
    ) -> Result<(), AttributionError> {
        match self {
            Self::Rule(weigher) => {
                let mut parts = Vec::new();
                weigher.split(path, &mut parts)?;
                let touches = path
                    .codes
                    .iter()
                    .zip(&parts)
                    .filter(|(_, units)| **units > 0);
                places.extend(touches.map(|(code, units)| {
                    let share = in_grains(from_u64(*units) / from_u64(ONE));
                    (usize::from(ranked.of_code(*code)), share)
                }));
            }
            Self::Evenly => {
                let set = set_of(path, ranked);
                let share = in_grains(1.0 / from_u64(u64::try_from(set.len()).unwrap_or(1)));
                places.extend(set.iter().map(|rank| (usize::from(*rank), share)));
            }
        }
        Ok(())
    }
}
