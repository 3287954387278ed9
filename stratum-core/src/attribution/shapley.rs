//! What does a channel add, whoever else is there already? The Shapley value of a game that is said in so many words.
//!
//! Definitions and worked numbers: `docs/methods/shapley-attribution.md`. Not here: what a channel would have added had it not been
//! there; the game is about journeys that happened.

mod exact;
mod places;
mod sampled;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::credit::{Attribution, ExactCredit, ONE, split_evenly};
use super::error::{AttributionError, Refused};
use super::paths::{Paths, wide};

pub use exact::MAX_EXACT_CHANNELS;
pub use places::{PlaceCredit, ordered_shapley};

/// The fewest pairs of orderings from which a spread can be told.
const LEAST_PAIRS: usize = 16;
/// More pairs than anybody waits for.
const MOST_PAIRS: usize = 1_000_000;

/// Which game, and how it is solved.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, ShapleyModel};
/// let mut table = PathTable::new();
/// table.add_text("search", ">", Counts { lapsed: 3, ..Counts::converted(1, 100) })?;
/// table.add_text("pop-up", ">", Counts::lapsed(2))?;
/// table.add_text("search > pop-up", ">", Counts { lapsed: 9, ..Counts::converted(1, 100) })?;
/// let shares = |model: ShapleyModel| -> Result<Vec<f64>, _> {
///     let answer = model.attribute(&table)?;
///     Ok::<_, stratum_core::attribution::AttributionError>(
///         answer.attribution.credits.iter().map(|credit| credit.share).collect(),
///     )
/// };
/// // pop-up, search: half of the second conversion, or less than nothing, because people convert less often where it is.
/// assert_eq!(shares(ShapleyModel::SumGame)?, [0.25, 0.75]);
/// assert_eq!(shares(ShapleyModel::RateGame)?, [-0.5, 1.5]);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "game", rename_all = "snake_case", deny_unknown_fields)]
pub enum ShapleyModel {
    /// Channels together are worth the conversions of the journeys that touched none but them. Exact for any number of channels.
    SumGame,
    /// Channels together are worth the part of those journeys that converted. Exact, up to [`MAX_EXACT_CHANNELS`] channels.
    RateGame,
    /// The same game, by orderings drawn with a seed: each with its reverse. For any number of channels.
    RateGameSampled {
        /// How many orderings with their reverse.
        pairs: usize,
        /// Where chance comes from.
        seed: u64,
    },
}

/// What one channel is worth in the game.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShapleyWorth {
    /// The channel.
    pub channel: String,
    /// Its Shapley value, in conversions (sum game) or as a part of journeys (rate game). Below zero where it did harm.
    pub worth: f64,
    /// How far off the value may be: zero where it is exact. Where it is sampled, the exact value lies no farther off in at least 999 of
    /// 1000 cases, whatever the game and however few pairs; from few pairs that is much.
    pub error: f64,
}

/// Credit, and the values it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShapleyAnswer {
    /// Credit in proportion to worth.
    pub attribution: Attribution,
    /// One entry for each channel, in ascending order of names.
    pub worths: Vec<ShapleyWorth>,
    /// What all channels are worth together; the worths add up to it.
    pub together: f64,
}

impl ShapleyModel {
    /// Solves the game and shares out what the paths came to in proportion.
    ///
    /// # Errors
    /// More channels than can be solved exactly; a number of pairs that is not offered.
    pub fn attribute(&self, paths: &impl Paths) -> Result<ShapleyAnswer, AttributionError> {
        match self {
            Self::SumGame => sum_game(paths),
            Self::RateGame => {
                let solved = exact::rate_game(paths)?;
                Ok(solved.answer("shapley rate game".into(), paths))
            }
            Self::RateGameSampled { pairs, seed } => {
                let (given, least, most) = (*pairs, LEAST_PAIRS, MOST_PAIRS);
                if !(least..=most).contains(&given) {
                    let why = Refused::OutOfRange { given, least, most };
                    return Err(AttributionError::about("pairs", why));
                }
                let solved = sampled::rate_game(paths, *pairs, *seed)?;
                let model = format!("shapley rate game, {pairs} pairs of orderings, seed {seed}");
                Ok(solved.answer(model, paths))
            }
        }
    }
}

impl ShapleyModel {
    /// About how many steps one solution is, for so many channels and different sets of them, which have so many channels together.
    pub(super) fn steps(&self, channels: usize, sets: usize, of_sets: usize) -> u64 {
        let channels = wide(channels);
        match self {
            Self::SumGame => wide(sets),
            // More channels than are solved exactly are refused before anything is solved.
            Self::RateGame => channels.saturating_mul(1 << channels.min(wide(MAX_EXACT_CHANNELS))),
            Self::RateGameSampled { pairs, .. } => {
                wide(*pairs).saturating_mul(wide(of_sets).saturating_add(channels))
            }
        }
    }
}

/// A rate game that has been solved: values and errors in ascending order of names.
struct Solved {
    names: Vec<String>,
    worths: Vec<f64>,
    errors: Vec<f64>,
    together: f64,
}

impl Solved {
    fn answer(self, model: String, paths: &impl Paths) -> ShapleyAnswer {
        let together = self.together;
        let share = |worth: &f64| {
            if together > 0.0 {
                worth / together
            } else {
                0.0
            }
        };
        let shares: Vec<f64> = self.worths.iter().map(share).collect();
        let attribution =
            Attribution::from_shares(model, self.names.clone(), &shares, paths.totals());
        let worths = self
            .names
            .into_iter()
            .zip(self.worths.into_iter().zip(self.errors));
        let worths = worths.map(|(channel, (worth, error))| ShapleyWorth {
            channel,
            worth,
            error,
        });
        ShapleyAnswer {
            attribution,
            worths: worths.collect(),
            together,
        }
    }
}

/// Every set of channels shares its conversions evenly: that is the Shapley value of the sum of such games.
fn sum_game(paths: &impl Paths) -> Result<ShapleyAnswer, AttributionError> {
    let mut credit = ExactCredit::over(&paths.names());
    let (mut set, mut parts) = (Vec::new(), Vec::new());
    paths.try_for_each(|path| {
        if path.counts.conversions > 0 {
            credit.set_of(path.codes, &mut set);
            split_evenly(ONE, set.len(), &mut parts);
            for (rank, units) in set.iter().zip(&parts) {
                credit.give(*rank, *units, path.counts);
            }
        }
        Ok(())
    })?;
    let attribution = credit.finish("shapley sum game".into(), paths.totals());
    let worths = attribution.credits.iter().map(|credit| ShapleyWorth {
        channel: credit.channel.clone(),
        worth: credit.conversions,
        error: 0.0,
    });
    Ok(ShapleyAnswer {
        worths: worths.collect(),
        together: crate::numeric::from_u64(attribution.totals.touched.conversions),
        attribution,
    })
}

#[cfg(test)]
mod tests;
