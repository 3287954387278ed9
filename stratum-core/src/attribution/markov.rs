//! What would be lost without a channel? The removal effect in a Markov chain of journeys, in closed form.
//!
//! Definitions and worked numbers: `docs/methods/markov-attribution.md`. Not here: simulated journeys; nothing is drawn.

mod chain;
mod dense;
pub mod order;
mod sweeps;
pub mod transitions;

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::credit::{Attribution, ExactCredit, split_one};
use super::error::{AttributionError, Refused};
use super::paths::{MAX_PATH, PathTotals, Paths, wide};
use crate::numeric::functions::{from_u64, nearest_count};
use crate::numeric::sum;
use chain::Chain;

pub use order::{OrderChoice, OrderFit, choose_order};
pub use transitions::{MAX_ORDER, Transitions};

/// Chains with at most so many states may be solved by a table of all pairs.
const MOST_DENSE_STATES: usize = 1_024;
/// Sweeps over transitions for one channel until nothing is missing, more or less: decides which way is quicker.
const USUAL_SWEEPS: usize = 20;
/// The most transitions times channels that sweeps are begun with: minutes.
const MOST_SWEPT: usize = 4_000_000_000;
/// Removal effects as whole weights.
const WEIGHT: f64 = 1_099_511_627_776.0;

/// A chain fitted to journeys, with the removal effect of each channel: the part of all conversions that would be lost if every
/// journey that comes to the channel ended there.
///
/// ```
/// use stratum_core::attribution::{Counts, MarkovModel, PathTable, Transitions};
/// let mut table = PathTable::new();
/// table.add_text("search > mail", ">", Counts::converted(1, 100))?;
/// table.add_text("search", ">", Counts::lapsed(1))?;
/// table.add_text("mail", ">", Counts::converted(2, 200))?;
/// let model = MarkovModel::fit(&Transitions::count(&table, 1)?)?;
/// assert_eq!(model.conversion_probability(), 0.75);
/// let effects: Vec<_> = model.removal_effects().collect();
/// assert_eq!(effects[0], ("mail", 1.0));
/// assert!((effects[1].1 - 1.0 / 3.0).abs() < 1e-15);
/// let answer = model.attribute();
/// assert_eq!(answer.of("mail").unwrap().value_minor, 225);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MarkovModel {
    order: usize,
    names: Vec<String>,
    effects: Vec<f64>,
    totals: PathTotals,
}

impl MarkovModel {
    /// Fits a chain and solves it.
    ///
    /// # Errors
    /// A chain that is too large, or so slow that the promised accuracy was not reached.
    pub fn fit(transitions: &Transitions) -> Result<Self, AttributionError> {
        let conversions = from_u64(transitions.totals().touched.conversions);
        let mut effects = solve(&Chain::of(transitions))?;
        for effect in &mut effects {
            *effect = if conversions > 0.0 {
                (*effect / conversions).clamp(0.0, 1.0)
            } else {
                0.0
            };
        }
        Ok(Self {
            order: transitions.order(),
            names: transitions.names().to_vec(),
            effects,
            totals: transitions.totals(),
        })
    }

    /// How many touches back the chain remembers.
    #[must_use]
    pub const fn order(&self) -> usize {
        self.order
    }

    /// The chance that a journey with a touch converts: in the chain as in the journeys it was fitted to. Zero without journeys.
    #[must_use]
    pub fn conversion_probability(&self) -> f64 {
        let touched = self.totals.touched;
        let conversions = from_u64(touched.conversions);
        let journeys = conversions + from_u64(touched.lapsed);
        if journeys > 0.0 {
            conversions / journeys
        } else {
            0.0
        }
    }

    /// Each channel, in ascending order, with the part of all conversions that would be lost without it, from 0 to 1.
    pub fn removal_effects(&self) -> impl Iterator<Item = (&str, f64)> {
        let names = self.names.iter().map(String::as_str);
        names.zip(self.effects.iter().copied())
    }

    fn name(&self) -> String {
        format!("markov order {}", self.order)
    }

    /// Removal effects in proportion; all zero when there is none.
    pub(super) fn shares(&self) -> Vec<f64> {
        let total = sum(self.effects.iter().copied());
        let share = |effect: &f64| if total > 0.0 { effect / total } else { 0.0 };
        self.effects.iter().map(share).collect()
    }

    /// Shares everything out in proportion to removal effects.
    #[must_use]
    pub fn attribute(&self) -> Attribution {
        let shares = self.shares();
        Attribution::from_shares(self.name(), self.names.clone(), &shares, self.totals)
    }

    /// Shares out what each path came to among its own channels, in proportion to their removal effects.
    ///
    /// # Errors
    /// A channel that the model does not know.
    pub fn attribute_paths(&self, paths: &impl Paths) -> Result<Attribution, AttributionError> {
        let mut credit = ExactCredit::over(&paths.names());
        let weights = credit.names().iter().map(|name| self.weight(name));
        let weights: Result<Vec<u64>, _> = weights.collect();
        let weights = weights.map_err(|why| AttributionError::about("channels", why))?;
        let (mut set, mut of_set, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        paths.try_for_each(|path| {
            if path.counts.conversions == 0 {
                return Ok(());
            }
            credit.set_of(path.codes, &mut set);
            let weight = |rank: &u16| weights.get(usize::from(*rank)).copied().unwrap_or(1);
            of_set.clear();
            of_set.extend(set.iter().map(weight));
            split_one(&of_set, &mut parts);
            for (rank, units) in set.iter().zip(&parts) {
                credit.give(*rank, *units, path.counts);
            }
            Ok(())
        })?;
        let model = format!("{}, path by path", self.name());
        Ok(credit.finish(model, paths.totals()))
    }

    /// What each channel gets of conversions by set of channels, path by path, in ascending order of names.
    pub(super) fn credit_of_sets(&self, sets: &[Vec<u16>], conversions: &[f64]) -> Vec<f64> {
        let mut credit = alloc::vec![0.0; self.names.len()];
        let weight = |rank: &u16| {
            let effect = self.effects.get(usize::from(*rank)).copied();
            effect.unwrap_or(0.0).max(1.0 / WEIGHT)
        };
        for (set, conversions) in sets.iter().zip(conversions) {
            if *conversions > 0.0 {
                let each = conversions / set.iter().map(weight).sum::<f64>();
                for rank in set {
                    if let Some(credit) = credit.get_mut(usize::from(*rank)) {
                        *credit += each * weight(rank);
                    }
                }
            }
        }
        credit
    }

    /// The share of each touch of one path. A channel's share does not depend on how often it was touched; its touches get the same.
    ///
    /// # Errors
    /// A channel that the model does not know, a path that is too long.
    pub fn path_shares(&self, path: &[&str]) -> Result<Vec<f64>, AttributionError> {
        let (touches, most) = (path.len(), MAX_PATH);
        if touches > most {
            let why = Refused::LongPath { touches, most };
            return Err(AttributionError::about("path", why));
        }
        let mut sorted = path.to_vec();
        sorted.sort_unstable();
        let touches = |name: &str| {
            let first = sorted.partition_point(|other| *other < name);
            let after = sorted.partition_point(|other| *other <= name);
            from_u64(u64::try_from(after - first).unwrap_or(1))
        };
        let mut shares = Vec::with_capacity(path.len());
        for (place, name) in path.iter().enumerate() {
            let about = |why| AttributionError::about(format!("path[{place}]"), why);
            let effect = self.effect(name).map_err(about)?;
            shares.push(effect.max(1.0 / WEIGHT) / touches(name));
        }
        // Each channel's touches together have its weight once.
        let total = sum(shares.iter().copied());
        Ok(shares.iter().map(|share| share / total).collect())
    }

    fn effect(&self, name: &str) -> Result<f64, Refused> {
        let place = self.names.binary_search_by(|other| (**other).cmp(name));
        let effect = place.ok().and_then(|place| self.effects.get(place));
        effect.copied().ok_or_else(|| Refused::UnknownChannel {
            name: name.to_owned(),
        })
    }

    /// A channel's removal effect as a whole number, never zero: a channel alone on a path gets everything, whatever its effect.
    fn weight(&self, name: &str) -> Result<u64, Refused> {
        Ok(nearest_count(self.effect(name)? * WEIGHT).max(1))
    }
}

/// About how many steps it takes to solve the chain of these transitions.
pub(super) fn solution_steps(transitions: &Transitions) -> u64 {
    let states = wide(transitions.states());
    let swept = wide(transitions.len()).saturating_mul(wide(transitions.names().len()));
    let by_sweeps = swept.saturating_mul(wide(USUAL_SWEEPS));
    let by_pairs = states.saturating_mul(states).saturating_mul(states);
    if transitions.states() <= MOST_DENSE_STATES {
        by_pairs.min(by_sweeps)
    } else {
        by_sweeps
    }
}

/// For each channel, how many conversions come by way of it.
fn solve(chain: &Chain) -> Result<Vec<f64>, AttributionError> {
    let states = chain.states();
    let swept = chain.transitions().saturating_mul(chain.channels);
    let by_pairs = states.saturating_mul(states).saturating_mul(states);
    let dense = states <= MOST_DENSE_STATES;
    if dense && by_pairs <= swept.saturating_mul(USUAL_SWEEPS) {
        return Ok(dense::carried(chain));
    }
    if swept > MOST_SWEPT {
        let (transitions, channels) = (chain.transitions(), chain.channels);
        let why = Refused::TooManyTransitions {
            transitions,
            channels,
        };
        return Err(AttributionError::about("transitions", why));
    }
    match sweeps::carried(chain) {
        Err(_) if dense => Ok(dense::carried(chain)),
        answer => answer,
    }
}

#[cfg(test)]
mod tests;
