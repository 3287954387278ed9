//! Who gets credit by a fixed rule? First, last, linear and their kin: weights by place or by time, no data needed.
//!
//! Definitions and worked numbers: `docs/methods/attribution-rules.md`. Not here: models that learn from the paths that failed.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::credit::{Attribution, ExactCredit, split_one};
use super::error::{AttributionError, Refused};
use super::paths::{CountedPath, Paths};
use crate::numeric::functions::{exp, ln, nearest_count};

/// The weight of a touch at the very end, where weights fade with time.
const FULL_WEIGHT: f64 = 1_099_511_627_776.0;

/// A rule that weighs the touches of a path.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, RuleModel};
/// let mut table = PathTable::new();
/// table.add_text("social > search > email", ">", Counts::converted(1, 1_000))?;
/// let answer = RuleModel::PositionBased.attribute(&table)?;
/// let values: Vec<_> = answer.credits.iter().map(|c| (&*c.channel, c.value_minor)).collect();
/// assert_eq!(values, [("email", 400), ("search", 200), ("social", 400)]);
///
/// let decay = RuleModel::TimeDecay { half_life_seconds: 604_800 };
/// assert_eq!(decay.attribute(&table).unwrap_err().code(), "attribution.times_needed");
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleModel {
    /// Everything to the first touch.
    FirstTouch,
    /// Everything to the last touch.
    LastTouch,
    /// Everything to the last touch that is none of these channels; to the last one when all are.
    LastNonDirect {
        /// The channels that count as direct.
        direct: Vec<String>,
    },
    /// The same to every touch.
    Linear,
    /// 40 % to the first, 40 % to the last, 20 % to those between.
    PositionBased,
    /// 30 % each to the first, the middle and the last touch, 10 % to the others.
    WShaped,
    /// Half the weight for each half-life that a touch lies further before the end.
    TimeDecay {
        /// The half-life.
        half_life_seconds: u32,
    },
    /// Own weights for the first touch, for all between together, and for the last.
    Custom {
        /// Of the first touch.
        first: u32,
        /// Of all between, shared among them.
        between: u32,
        /// Of the last touch.
        last: u32,
    },
}

impl RuleModel {
    /// Shares out what the paths came to.
    ///
    /// # Errors
    /// Time decay of paths without times or with a half-life of nothing; own weights that are all zero.
    pub fn attribute(&self, paths: &impl Paths) -> Result<Attribution, AttributionError> {
        let weigher = self.weigher(&paths.names())?;
        attribute_by(self.name(), paths, |path, weights| {
            weigher.weigh(path, weights)
        })
    }

    /// The rule for paths whose channels have these names, in order of their codes.
    pub(super) fn weigher(&self, names: &[&str]) -> Result<Weigher, AttributionError> {
        self.check()?;
        Ok(Weigher {
            direct: self.direct_codes(names),
            rule: self.clone(),
        })
    }

    fn check(&self) -> Result<(), AttributionError> {
        let refused = match self {
            Self::TimeDecay {
                half_life_seconds: 0,
            } => ("half_life_seconds", Refused::NoHalfLife),
            Self::Custom {
                first: 0,
                between: 0,
                last: 0,
            } => ("weights", Refused::UnusableWeights),
            _ => return Ok(()),
        };
        let (field, why) = refused;
        Err(AttributionError::about(field, why))
    }

    fn name(&self) -> String {
        match self {
            Self::FirstTouch => "first_touch".into(),
            Self::LastTouch => "last_touch".into(),
            Self::LastNonDirect { .. } => "last_non_direct".into(),
            Self::Linear => "linear".into(),
            Self::PositionBased => "position_based 40/20/40".into(),
            Self::WShaped => "w_shaped 30/30/30/10".into(),
            Self::TimeDecay { half_life_seconds } => {
                format!("time_decay half-life {half_life_seconds} s")
            }
            Self::Custom {
                first,
                between,
                last,
            } => format!("custom {first}/{between}/{last}"),
        }
    }

    /// Which codes count as direct; names that no path has are nothing to worry about.
    fn direct_codes(&self, names: &[&str]) -> Vec<bool> {
        let Self::LastNonDirect { direct } = self else {
            return Vec::new();
        };
        let is_direct = |name: &&str| direct.iter().any(|one| one == name);
        names.iter().map(is_direct).collect()
    }

    fn weigh(
        &self,
        path: &CountedPath<'_>,
        direct: &[bool],
        weights: &mut Vec<u64>,
    ) -> Result<(), AttributionError> {
        let touches = path.codes.len();
        match self {
            Self::FirstTouch => weights.extend((0..touches).map(|at| u64::from(at == 0))),
            Self::LastTouch => weights.extend((1..=touches).map(|at| u64::from(at == touches))),
            Self::LastNonDirect { .. } => {
                let counts = |code: &u16| direct.get(usize::from(*code)) != Some(&true);
                let last = path.codes.iter().rposition(counts).unwrap_or(touches - 1);
                weights.extend((0..touches).map(|at| u64::from(at == last)));
            }
            Self::Linear => weights.resize(touches, 1),
            Self::PositionBased => by_place(40, 20, 40, touches, weights),
            Self::WShaped => in_a_w(touches, weights),
            Self::TimeDecay { half_life_seconds } => fading(path, *half_life_seconds, weights)?,
            Self::Custom {
                first,
                between,
                last,
            } => by_place(
                u64::from(*first),
                u64::from(*between),
                u64::from(*last),
                touches,
                weights,
            ),
        }
        Ok(())
    }
}

/// A rule that knows the codes of the channels.
pub(super) struct Weigher {
    rule: RuleModel,
    direct: Vec<bool>,
}

impl Weigher {
    fn weigh(
        &self,
        path: &CountedPath<'_>,
        weights: &mut Vec<u64>,
    ) -> Result<(), AttributionError> {
        self.rule.weigh(path, &self.direct, weights)
    }

    /// The part of each touch, in units of which [`super::credit::ONE`] make a conversion.
    pub(super) fn split(
        &self,
        path: &CountedPath<'_>,
        parts: &mut Vec<u64>,
    ) -> Result<(), AttributionError> {
        let mut weights = Vec::with_capacity(path.codes.len());
        self.weigh(path, &mut weights)?;
        split_one(&weights, parts);
        Ok(())
    }
}

/// Weights for both ends and for all between together. Without a touch between, what it would get goes half to each end.
fn by_place(first: u64, between: u64, last: u64, touches: usize, weights: &mut Vec<u64>) {
    match touches {
        0 => {}
        1 => weights.push(1),
        2 => weights.extend([2 * first + between, between + 2 * last]),
        _ => {
            // Multiplied by the number between, so that all stay whole; these are at most 2^32 times 2^20.
            let others = whole(touches - 2);
            weights.push(first * others);
            weights.resize(touches - 1, between);
            weights.push(last * others);
        }
    }
}

/// Three peaks of 30 and 10 for the others together. An even path has two middle touches, which share their peak; without
/// others, the peaks are all there is.
fn in_a_w(touches: usize, weights: &mut Vec<u64>) {
    if touches < 3 {
        weights.resize(touches, 1);
        return;
    }
    let (low, high) = ((touches - 1) / 2, touches / 2);
    let middles = whole(high - low + 1);
    let others = whole(touches - 2).saturating_sub(middles);
    let scale = others.max(1);
    for at in 0..touches {
        weights.push(if at == 0 || at == touches - 1 {
            60 * scale
        } else if at == low || at == high {
            60 / middles * scale
        } else {
            20
        });
    }
}

fn whole(touches: usize) -> u64 {
    u64::try_from(touches).unwrap_or(u64::MAX)
}

/// Weights that halve with each half-life before the last touch: seen from the last touch rather than from the end, which is the
/// same in proportion and keeps old journeys from fading away altogether.
fn fading(
    path: &CountedPath<'_>,
    half_life_seconds: u32,
    weights: &mut Vec<u64>,
) -> Result<(), AttributionError> {
    let Some(seconds) = path.seconds_before_end else {
        return Err(AttributionError::about("paths", Refused::TimesNeeded));
    };
    let last = seconds.iter().min().copied().unwrap_or(0);
    let rate = ln(2.0) / f64::from(half_life_seconds);
    weights.extend(seconds.iter().map(|at| {
        let before = f64::from(at - last);
        nearest_count(FULL_WEIGHT * exp(-rate * before))
    }));
    Ok(())
}

/// Shares out by a rule of one's own: `weigh` pushes one whole weight for each touch of a path.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, attribute_by};
/// let mut table = PathTable::new();
/// table.add_text("a > b > c", ">", Counts::converted(1, 60)).unwrap();
/// let answer = attribute_by("1, 2, 3, …", &table, |path, weights| {
///     weights.extend((1..).take(path.codes.len()));
///     Ok(())
/// });
/// let values: Vec<i64> = answer.unwrap().credits.iter().map(|c| c.value_minor).collect();
/// assert_eq!(values, [10, 20, 30]);
/// ```
///
/// # Errors
/// Weights that are all zero or of another number than touches; what `weigh` gives.
pub fn attribute_by(
    model: impl Into<String>,
    paths: &impl Paths,
    mut weigh: impl FnMut(&CountedPath<'_>, &mut Vec<u64>) -> Result<(), AttributionError>,
) -> Result<Attribution, AttributionError> {
    let mut credit = ExactCredit::over(&paths.names());
    let (mut weights, mut parts) = (Vec::new(), Vec::new());
    paths.try_for_each(|path| {
        if path.counts.conversions == 0 {
            return Ok(());
        }
        weights.clear();
        weigh(&path, &mut weights)?;
        if weights.len() != path.codes.len() || weights.iter().all(|weight| *weight == 0) {
            return Err(AttributionError::about("weights", Refused::UnusableWeights));
        }
        split_one(&weights, &mut parts);
        for (code, units) in path.codes.iter().zip(&parts) {
            credit.give(credit.rank(*code), *units, path.counts);
        }
        Ok(())
    })?;
    Ok(credit.finish(model.into(), paths.totals()))
}

#[cfg(test)]
mod tests;
