//! What does a model need to know of journeys? The least that adds up, and the shares that follow from it.
//!
//! Rules and the sum game: credit by channel, or by channel and place. Chains: transitions, and for credit path by path conversions by
//! set of channels as well. The rate game: conversions and journeys by set of channels.

mod cells;
mod credited;
mod sets;
mod touches;

use alloc::vec::Vec;

use self::cells::Cells;
use self::credited::{Credited, Grain};
use self::sets::{Resampled, Sets, set_of};
use self::touches::Touches;
use crate::attribution::channels::Ranked;
use crate::attribution::credit::Attribution;
use crate::attribution::error::AttributionError;
use crate::attribution::markov::{MarkovModel, Transitions};
use crate::attribution::model::AttributionModel;
use crate::attribution::paths::{CountedPath, Paths, wide};
use crate::attribution::shapley::{PlaceCredit, ShapleyModel, ordered_shapley};
use crate::numeric::sum;

pub(super) struct Statistic {
    ranked: Ranked,
    grain: Grain,
    kind: Kind,
}

enum Kind {
    Credit(Credited),
    Touches(Touches),
    Chain(Cells),
    /// Transitions first, then conversions by set of channels.
    ByPath(Cells, Sets),
    Game(ShapleyModel, Sets),
}

impl Statistic {
    /// What the model needs to know of these paths, and its answer.
    pub(super) fn of(
        model: &AttributionModel,
        paths: &impl Paths,
    ) -> Result<(Self, Attribution), AttributionError> {
        let names = paths.names();
        let (ranked, grain) = (Ranked::of(&names), grain_of(paths));
        let kind = match model {
            AttributionModel::Rule(rule) => Kind::Credit(Credited::rule(rule, &names)?),
            AttributionModel::Shapley(ShapleyModel::SumGame) => Kind::Credit(Credited::Evenly),
            AttributionModel::Shapley(game) => {
                Kind::Game(game.clone(), Sets::of(paths, &ranked, |_| true)?)
            }
            AttributionModel::Markov { order } | AttributionModel::MarkovByPath { order } => {
                // Counted once, for the answer and for the groups.
                let transitions = Transitions::count(paths, *order)?;
                let chain = MarkovModel::fit(&transitions)?;
                let cells = Cells::of(&transitions);
                let (kind, answer) = if matches!(model, AttributionModel::Markov { .. }) {
                    (Kind::Chain(cells), chain.attribute())
                } else {
                    let converting = |path: &CountedPath<'_>| path.counts.conversions > 0;
                    let sets = Sets::of(paths, &ranked, converting)?;
                    (Kind::ByPath(cells, sets), chain.attribute_paths(paths)?)
                };
                return Ok((
                    Self {
                        ranked,
                        grain,
                        kind,
                    },
                    answer,
                ));
            }
        };
        Ok((
            Self {
                ranked,
                grain,
                kind,
            },
            model.attribute(paths)?,
        ))
    }

    /// What ordered Shapley values need to know of these paths, and their answer.
    pub(super) fn of_touches(
        paths: &impl Paths,
    ) -> Result<(Self, Vec<PlaceCredit>), AttributionError> {
        let (ranked, grain) = (Ranked::of(&paths.names()), grain_of(paths));
        let kind = Kind::Touches(Touches::of(paths, &ranked)?);
        Ok((
            Self {
                ranked,
                grain,
                kind,
            },
            ordered_shapley(paths)?,
        ))
    }

    /// How many numbers it keeps of a group.
    pub(super) fn width(&self) -> usize {
        match &self.kind {
            Kind::Credit(_) => self.ranked.names.len(),
            Kind::Touches(touches) => touches.len(),
            Kind::Chain(cells) => cells.len(),
            Kind::ByPath(cells, sets) => cells.len() + sets.len(),
            Kind::Game(_, sets) => 2 * sets.len(),
        }
    }

    /// How many shares follow from them.
    pub(super) fn shares_count(&self) -> usize {
        match &self.kind {
            Kind::Touches(touches) => touches.len(),
            _ => self.ranked.names.len(),
        }
    }

    /// How often whatever is counted most was counted in all; sums of replicates are as many times larger as there are groups, at most.
    pub(super) fn counted(&self, ended: u64) -> u64 {
        match &self.kind {
            Kind::Chain(cells) | Kind::ByPath(cells, _) => cells.counted().max(ended),
            _ => ended,
        }
    }

    /// About how many steps it is from sums to shares.
    pub(super) fn steps(&self) -> u64 {
        let channels = self.ranked.names.len();
        match &self.kind {
            Kind::Credit(_) | Kind::Touches(_) => wide(self.width()),
            Kind::Chain(cells) => cells.steps,
            Kind::ByPath(cells, sets) => cells.steps.saturating_add(wide(sets.touches())),
            Kind::Game(game, sets) => game.steps(channels, sets.len(), sets.touches()),
        }
    }

    /// Which numbers one journey along a path adds to, and how much.
    pub(super) fn places(
        &self,
        path: &CountedPath<'_>,
        converted: bool,
        places: &mut Vec<(usize, f64)>,
    ) -> Result<(), AttributionError> {
        places.clear();
        match &self.kind {
            Kind::Credit(credited) if converted => {
                credited.places(path, &self.ranked, self.grain, places)?;
            }
            Kind::Touches(touches) if converted => {
                touches.places(path, &self.ranked, self.grain, places);
            }
            Kind::Credit(_) | Kind::Touches(_) => {}
            Kind::Chain(cells) => cells.places(path, &self.ranked, converted, places),
            Kind::ByPath(cells, sets) => {
                cells.places(path, &self.ranked, converted, places);
                let set = converted.then(|| sets.find(&set_of(path, &self.ranked)));
                places.extend(set.flatten().map(|place| (cells.len() + place, 1.0)));
            }
            Kind::Game(_, sets) => {
                let place = sets.find(&set_of(path, &self.ranked));
                let place = place.map(|place| 2 * place + usize::from(!converted));
                places.extend(place.map(|place| (place, 1.0)));
            }
        }
        Ok(())
    }

    /// The shares that follow from the sums: of each channel in ascending order of names, or of each channel and place.
    pub(super) fn shares(&self, sums: &[f64]) -> Result<Vec<f64>, AttributionError> {
        let names = &self.ranked.names;
        match &self.kind {
            Kind::Credit(_) | Kind::Touches(_) => Ok(parts_of_whole(sums)),
            Kind::Chain(cells) => {
                let transitions = cells.transitions(names, sums);
                Ok(MarkovModel::fit(&transitions)?.shares())
            }
            Kind::ByPath(cells, sets) => {
                let (of_cells, of_sets) = sums.split_at(cells.len().min(sums.len()));
                let chain = MarkovModel::fit(&cells.transitions(names, of_cells))?;
                Ok(parts_of_whole(&chain.credit_of_sets(&sets.sets, of_sets)))
            }
            Kind::Game(game, sets) => {
                let paths = Resampled::of(names, &sets.sets, sums);
                let answer = game.attribute(&paths)?;
                let credits = answer.attribution.credits.into_iter();
                Ok(credits.map(|credit| credit.share).collect())
            }
        }
    }
}

fn grain_of(paths: &impl Paths) -> Grain {
    Grain::of(paths.totals().touched.conversions)
}

/// All zero where there is nothing to share.
fn parts_of_whole(amounts: &[f64]) -> Vec<f64> {
    let total = sum(amounts.iter().copied());
    let share = |amount: &f64| if total > 0.0 { amount / total } else { 0.0 };
    amounts.iter().map(share).collect()
}
