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

/// The least part of a conversion that is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grain(f64);

impl Grain {
    /// As fine as sums over so many conversions stay exact, so that they do not depend on the order of rows: 2^-40 up to eight thousand,
    /// 2^-24 from 2^29 on, where they no longer do.
    pub(super) fn of(conversions: u64) -> Self {
        let bits = 64 - conversions.leading_zeros();
        let fine = 53_u32.saturating_sub(bits).clamp(24, 40);
        Self(from_u64(1 << fine))
    }

    pub(super) fn round(self, share: f64) -> f64 {
        round(share * self.0) / self.0
    }
}

impl Credited {
    pub(super) fn rule(rule: &RuleModel, names: &[&str]) -> Result<Self, AttributionError> {
        Ok(Self::Rule(rule.weigher(names)?))
    }

    pub(super) fn places(
        &self,
        path: &CountedPath<'_>,
        ranked: &Ranked,
        grain: Grain,
        places: &mut Vec<(usize, f64)>,
    ) -> Result<(), AttributionError> {
        match self {
            Self::Rule(weigher) => {
                let mut parts = Vec::new();
                weigher.split(path, &mut parts)?;
                let ranks = path.codes.iter().map(|code| ranked.of_code(*code));
                let mut touches: Vec<(u16, u64)> = ranks.zip(parts).collect();
                // Rounded once for a channel, however many touches it has.
                touches.sort_unstable_by_key(|(rank, _)| *rank);
                for channel in touches.chunk_by(|one, next| one.0 == next.0) {
                    let units: u64 = channel.iter().map(|(_, units)| *units).sum();
                    if let Some((rank, _)) = channel.first().filter(|_| units > 0) {
                        let share = grain.round(from_u64(units) / from_u64(ONE));
                        places.push((usize::from(*rank), share));
                    }
                }
            }
            Self::Evenly => {
                let set = set_of(path, ranked);
                let share = grain.round(1.0 / from_u64(u64::try_from(set.len()).unwrap_or(1)));
                places.extend(set.iter().map(|rank| (usize::from(*rank), share)));
            }
        }
        Ok(())
    }
}
