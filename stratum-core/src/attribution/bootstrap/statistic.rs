//! What does a model need to know of journeys? The least that adds up, and the shares that follow from it.
//!
//! Rules and the sum game: credit by channel. Chains: transitions. The rate game: conversions and journeys by set of channels.

use alloc::string::String;
use alloc::vec::Vec;

use hashbrown::HashTable;

use crate::attribution::channels::Ranked;
use crate::attribution::credit::{Attribution, ONE};
use crate::attribution::error::AttributionError;
use crate::attribution::markov::transitions::{CONVERTED, Cell, LAPSED, next_state};
use crate::attribution::markov::{MarkovModel, Transitions};
use crate::attribution::model::AttributionModel;
use crate::attribution::paths::{CountedPath, Counts, PathTotals, Paths};
use crate::attribution::rules::{RuleModel, Weigher};
use crate::attribution::shapley::ShapleyModel;
use crate::numeric::functions::{from_u64, nearest_count, round};
use crate::numeric::sum;

pub(super) struct Statistic {
    ranked: Ranked,
    kind: Kind,
}

enum Kind {
    Credit(Credited),
    Chain(Cells),
    Sets(Sets),
}

/// Credit by channel: by a rule, or evenly to each channel of the path.
enum Credited {
    Rule(Weigher),
    Evenly,
}

/// The transitions that were seen, each with its place.
struct Cells {
    order: usize,
    cells: Vec<Cell>,
    places: Places,
}

/// Where to find the place of a transition.
enum Places {
    /// Order 1: a row for each channel and the start, in it the place of each step, the step to nothing last.
    Plain {
        width: usize,
        places: Vec<u32>,
    },
    Hashed(HashTable<usize>),
}

/// Chains of order 1 with at most so many channels find their transitions in a plain table.
const MOST_PLAIN_CHANNELS: usize = 1_000;
/// No such transition was seen.
const UNSEEN: u32 = u32::MAX;

/// The sets of channels that were seen: of each two places, for conversions and for journeys that lapsed.
struct Sets {
    game: ShapleyModel,
    sets: Vec<Vec<u16>>,
    places: HashTable<usize>,
}

fn hash_of_step(from: u64, to: u32) -> u64 {
    let bits = from.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(to);
    bits.wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn hash_of_set(set: &[u16]) -> u64 {
    let mixed = |hash: u64, code: &u16| (hash ^ u64::from(*code)).wrapping_mul(0x0100_0000_01b3);
    set.iter()
        .fold(0xcbf2_9ce4_8422_2325, mixed)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

impl Statistic {
    /// What the model needs to know of these paths, and its answer.
    pub(super) fn of(
        model: &AttributionModel,
        paths: &impl Paths,
    ) -> Result<(Self, Attribution), AttributionError> {
        let names = paths.names();
        let ranked = Ranked::of(&names);
        let kind = match model {
            AttributionModel::Rule(rule) => Kind::Credit(Credited::rule(rule, &names)?),
            AttributionModel::Shapley(ShapleyModel::SumGame) => Kind::Credit(Credited::Evenly),
            AttributionModel::Shapley(game) => Kind::Sets(Sets::of(paths, &ranked, game)?),
            AttributionModel::Markov { order } => {
                // Counted once, for the answer and for the groups.
                let transitions = Transitions::count(paths, *order)?;
                let answer = MarkovModel::fit(&transitions)?.attribute();
                let kind = Kind::Chain(Cells::of(&transitions));
                return Ok((Self { ranked, kind }, answer));
            }
        };
        Ok((Self { ranked, kind }, model.attribute(paths)?))
    }

    /// How many numbers it keeps of a group.
    pub(super) fn width(&self) -> usize {
        match &self.kind {
            Kind::Credit(_) => self.ranked.names.len(),
            Kind::Chain(cells) => cells.cells.len(),
            Kind::Sets(sets) => 2 * sets.sets.len(),
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
            Kind::Credit(credited) if converted => credited.places(path, &self.ranked, places)?,
            Kind::Credit(_) => {}
            Kind::Chain(cells) => cells.places(path, &self.ranked, converted, places),
            Kind::Sets(sets) => {
                let set = set_of(path, &self.ranked);
                let place = sets
                    .find(&set)
                    .map(|place| 2 * place + usize::from(!converted));
                places.extend(place.map(|place| (place, 1.0)));
            }
        }
        Ok(())
    }

    /// The share of each channel that follows from the sums, in ascending order of names.
    pub(super) fn shares(&self, sums: &[f64]) -> Result<Vec<f64>, AttributionError> {
        match &self.kind {
            Kind::Credit(_) => {
                let total = sum(sums.iter().copied());
                let share = |credit: &f64| if total > 0.0 { credit / total } else { 0.0 };
                Ok(sums.iter().map(share).collect())
            }
            Kind::Chain(cells) => {
                let transitions = cells.transitions(&self.ranked.names, sums);
                Ok(MarkovModel::fit(&transitions)?.shares())
            }
            Kind::Sets(sets) => {
                let paths = Resampled::of(&self.ranked.names, &sets.sets, sums);
                let answer = sets.game.attribute(&paths)?;
                let credits = answer.attribution.credits.into_iter();
                Ok(credits.map(|credit| credit.share).collect())
            }
        }
    }
}

/// A share in whole parts of 2^-24: sums of up to 2^29 of them are exact, so that they do not depend on the order of rows.
fn in_grains(share: f64) -> f64 {
    const GRAINS: f64 = 16_777_216.0;
    round(share * GRAINS) / GRAINS
}

fn set_of(path: &CountedPath<'_>, ranked: &Ranked) -> Vec<u16> {
    let mut set: Vec<u16> = path
        .codes
        .iter()
        .map(|code| ranked.of_code(*code))
        .collect();
    set.sort_unstable();
    set.dedup();
    set
}

impl Credited {
    fn rule(rule: &RuleModel, names: &[&str]) -> Result<Self, AttributionError> {
        Ok(Self::Rule(rule.weigher(names)?))
    }

    fn places(
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

impl Cells {
    fn of(transitions: &Transitions) -> Self {
        let order = transitions.order();
        let cells = transitions.cells().to_vec();
        let channels = transitions.names().len();
        let places = if order == 1 && channels <= MOST_PLAIN_CHANNELS {
            Places::plain(channels, &cells)
        } else {
            Places::hashed(&cells)
        };
        Self {
            order,
            cells,
            places,
        }
    }

    fn find(&self, from: u64, to: u32) -> Option<usize> {
        match &self.places {
            Places::Plain { width, places } => {
                let place = places.get(plain_place(*width, from, to)).copied();
                let place = place.filter(|place| *place != UNSEEN)?;
                usize::try_from(place).ok()
            }
            Places::Hashed(places) => {
                let same = |at: &usize| {
                    let cell = self.cells.get(*at);
                    cell.is_some_and(|cell| cell.from == from && cell.to == to)
                };
                places.find(hash_of_step(from, to), same).copied()
            }
        }
    }

    fn places(
        &self,
        path: &CountedPath<'_>,
        ranked: &Ranked,
        converted: bool,
        places: &mut Vec<(usize, f64)>,
    ) {
        let end = if converted { CONVERTED } else { LAPSED };
        if let Places::Plain {
            width,
            places: plain,
        } = &self.places
        {
            let mut from = 0;
            let mut step = |place: usize| {
                let place = plain.get(place).copied().unwrap_or(UNSEEN);
                places.push((usize::try_from(place).unwrap_or(usize::MAX), 1.0));
            };
            for code in path.codes {
                let symbol = usize::from(ranked.of_code(*code)) + 1;
                step(from * width + symbol);
                from = symbol;
            }
            step(from * width + if converted { 0 } else { width - 1 });
            return;
        }
        let mut state = 0;
        let mut step = |from, to| places.extend(self.find(from, to).map(|place| (place, 1.0)));
        for code in path.codes {
            let symbol = ranked.of_code(*code).saturating_add(1);
            step(state, u32::from(symbol));
            state = next_state(state, symbol, self.order);
        }
        step(state, end);
    }

    fn transitions(&self, names: &[String], sums: &[f64]) -> Transitions {
        let cells = self.cells.iter().zip(sums);
        let cells = cells
            .filter(|(_, sum)| **sum > 0.0)
            .map(|(cell, sum)| Cell {
                count: nearest_count(*sum),
                ..*cell
            });
        Transitions::from_cells(self.order, names.to_vec(), cells.collect())
    }
}

fn plain_place(width: usize, from: u64, to: u32) -> usize {
    let column = match to {
        LAPSED => width - 1,
        symbol => usize::try_from(symbol).unwrap_or(0),
    };
    usize::try_from(from).unwrap_or(0) * width + column
}

impl Places {
    fn plain(channels: usize, cells: &[Cell]) -> Self {
        let width = channels + 2;
        let mut places = alloc::vec![UNSEEN; (channels + 1) * width];
        for (place, cell) in (0_u32..).zip(cells) {
            if let Some(slot) = places.get_mut(plain_place(width, cell.from, cell.to)) {
                *slot = place;
            }
        }
        Self::Plain { width, places }
    }

    fn hashed(cells: &[Cell]) -> Self {
        let mut places = HashTable::with_capacity(cells.len());
        for (place, cell) in cells.iter().enumerate() {
            let again = |at: &usize| {
                let cell = cells.get(*at);
                cell.map_or(0, |cell| hash_of_step(cell.from, cell.to))
            };
            places.insert_unique(hash_of_step(cell.from, cell.to), place, again);
        }
        Self::Hashed(places)
    }
}

impl Sets {
    fn of(
        paths: &impl Paths,
        ranked: &Ranked,
        game: &ShapleyModel,
    ) -> Result<Self, AttributionError> {
        let mut all = Self {
            game: game.clone(),
            sets: Vec::new(),
            places: HashTable::new(),
        };
        paths.try_for_each(|path| {
            let set = set_of(&path, ranked);
            if all.find(&set).is_none() {
                let sets = &all.sets;
                let again = |at: &usize| sets.get(*at).map_or(0, |set| hash_of_set(set));
                all.places
                    .insert_unique(hash_of_set(&set), sets.len(), again);
                all.sets.push(set);
            }
            Ok(())
        })?;
        Ok(all)
    }

    fn find(&self, set: &[u16]) -> Option<usize> {
        let same = |at: &usize| self.sets.get(*at).is_some_and(|known| known == set);
        self.places.find(hash_of_set(set), same).copied()
    }
}

/// Sets of channels with resampled counts, as paths.
struct Resampled<'a> {
    names: &'a [String],
    sets: &'a [Vec<u16>],
    counts: Vec<Counts>,
    totals: PathTotals,
}

impl<'a> Resampled<'a> {
    fn of(names: &'a [String], sets: &'a [Vec<u16>], sums: &[f64]) -> Self {
        let (pairs, _) = sums.as_chunks::<2>();
        let counts = pairs.iter().map(|[converted, lapsed]| Counts {
            conversions: nearest_count(*converted),
            value_minor: 0,
            lapsed: nearest_count(*lapsed),
        });
        let counts: Vec<Counts> = counts.collect();
        let touched = counts.iter().fold(Counts::default(), |sum, one| {
            // INVARIANT: as many journeys as were counted before, so nothing leaves its range.
            sum.plus(*one).unwrap_or(sum)
        });
        Self {
            names,
            sets,
            counts,
            totals: PathTotals {
                touched,
                ..PathTotals::default()
            },
        }
    }
}

impl Paths for Resampled<'_> {
    fn names(&self) -> Vec<&str> {
        self.names.iter().map(|name| &**name).collect()
    }

    fn totals(&self) -> PathTotals {
        self.totals
    }

    fn try_for_each(
        &self,
        mut each: impl FnMut(CountedPath<'_>) -> Result<(), AttributionError>,
    ) -> Result<(), AttributionError> {
        let rows = self.sets.iter().zip(&self.counts);
        for (set, counts) in rows.filter(|(_, counts)| counts.ended() > 0) {
            each(CountedPath {
                codes: set,
                seconds_before_end: None,
                counts: *counts,
            })?;
        }
        Ok(())
    }
}
