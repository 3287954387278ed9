//! Which transitions were seen, and where is each of them kept?

use alloc::string::String;
use alloc::vec::Vec;

use hashbrown::HashTable;

use crate::attribution::channels::Ranked;
use crate::attribution::markov::transitions::{CONVERTED, Cell, LAPSED, next_state};
use crate::attribution::markov::{Transitions, solution_steps};
use crate::attribution::paths::CountedPath;
use crate::numeric::functions::nearest_count;

/// The transitions that were seen, each with its place.
pub(super) struct Cells {
    order: usize,
    cells: Vec<Cell>,
    places: Places,
    /// About how much work one solution of the chain is.
    pub(super) steps: u64,
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

fn hash_of_step(from: u64, to: u32) -> u64 {
    let bits = from.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(to);
    bits.wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

impl Cells {
    pub(super) fn of(transitions: &Transitions) -> Self {
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
            steps: solution_steps(transitions),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// All transitions together.
    pub(super) fn counted(&self) -> u64 {
        let add = |sum: u64, cell: &Cell| sum.saturating_add(cell.count);
        self.cells.iter().fold(0, add)
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

    pub(super) fn places(
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

    pub(super) fn transitions(&self, names: &[String], sums: &[f64]) -> Transitions {
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
