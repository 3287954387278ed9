//! What is the chance of each step? The states of a chain with what leads out of them.
//!
//! The chain that is fitted to journeys visits each state as often as the journeys did, because each visit has one way in and one
//! way out. So visits and the chance of a conversion need no solving: they are counts.

use alloc::vec::Vec;

use super::transitions::{CONVERTED, LAPSED, Transitions, newest, next_state};
use crate::numeric::functions::from_u64;

/// A chain in rows of steps; state 0 is the start.
pub(super) struct Chain {
    pub(super) order: usize,
    pub(super) channels: usize,
    /// The place of each state's newest channel in the order of names; none for the start.
    pub(super) channel: Vec<Option<usize>>,
    /// How often each state was visited.
    pub(super) visits: Vec<f64>,
    /// How often a conversion followed.
    pub(super) converted: Vec<f64>,
    /// How often nothing followed.
    pub(super) lapsed: Vec<f64>,
    /// Where the steps of each state end.
    ends: Vec<usize>,
    steps: Vec<Step>,
}

/// A step from one state to another.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) to: u32,
    pub(super) count: f64,
}

impl Step {
    pub(super) fn place(&self) -> usize {
        usize::try_from(self.to).unwrap_or(usize::MAX)
    }
}

impl Chain {
    pub(super) fn of(transitions: &Transitions) -> Self {
        let order = transitions.order();
        let keys = transitions.rows().filter_map(|row| row.first());
        let keys: Vec<u64> = keys.map(|cell| cell.from).collect();
        let mut chain = Self {
            order,
            channels: transitions.names().len(),
            channel: Vec::with_capacity(keys.len()),
            visits: Vec::with_capacity(keys.len()),
            converted: Vec::with_capacity(keys.len()),
            lapsed: Vec::with_capacity(keys.len()),
            ends: Vec::with_capacity(keys.len()),
            steps: Vec::with_capacity(transitions.len()),
        };
        for row in transitions.rows() {
            let from = row.first().map_or(0, |cell| cell.from);
            let symbol = usize::try_from(from & newest(1)).unwrap_or(0);
            chain.channel.push(symbol.checked_sub(1));
            let (mut visits, mut converted, mut lapsed) = (0, 0, 0);
            // The states that may follow stand side by side: they differ in the newest channel only.
            let mut at = keys.partition_point(|key| *key < next_state(from, 0, order));
            for cell in row {
                visits += cell.count;
                match cell.to {
                    CONVERTED => converted = cell.count,
                    LAPSED => lapsed = cell.count,
                    symbol => {
                        let to = next_state(from, u16::try_from(symbol).unwrap_or(0), order);
                        while keys.get(at).is_some_and(|key| *key < to) {
                            at += 1;
                        }
                        chain.steps.push(Step {
                            to: u32::try_from(at).unwrap_or(u32::MAX),
                            count: from_u64(cell.count),
                        });
                    }
                }
            }
            chain.ends.push(chain.steps.len());
            chain.visits.push(from_u64(visits));
            chain.converted.push(from_u64(converted));
            chain.lapsed.push(from_u64(lapsed));
        }
        chain
    }

    pub(super) fn states(&self) -> usize {
        self.visits.len()
    }

    pub(super) fn transitions(&self) -> usize {
        self.steps.len()
    }

    /// The steps out of a state.
    pub(super) fn steps(&self, state: usize) -> &[Step] {
        let end_of = |state: usize| self.ends.get(state).copied().unwrap_or(0);
        let start = state.checked_sub(1).map_or(0, end_of);
        self.steps.get(start..end_of(state)).unwrap_or_default()
    }

    /// The same chain with states in such an order that steps lead onwards wherever that is possible: only what closes a circle
    /// leads back. The start stays first.
    pub(super) fn onwards(&self) -> Self {
        let order = self.last_left_first();
        let mut places = alloc::vec![0; self.states()];
        for (place, state) in (0_u32..).zip(&order) {
            if let Some(slot) = places.get_mut(*state) {
                *slot = place;
            }
        }
        let of = |numbers: &[f64]| -> Vec<f64> {
            let number = |state: &usize| numbers.get(*state).copied().unwrap_or(0.0);
            order.iter().map(number).collect()
        };
        let channel = |state: &usize| self.channel.get(*state).copied().flatten();
        let mut chain = Self {
            order: self.order,
            channels: self.channels,
            channel: order.iter().map(channel).collect(),
            visits: of(&self.visits),
            converted: of(&self.converted),
            lapsed: of(&self.lapsed),
            ends: Vec::with_capacity(order.len()),
            steps: Vec::with_capacity(self.steps.len()),
        };
        for state in &order {
            let steps = self.steps(*state).iter().map(|step| Step {
                to: places.get(step.place()).copied().unwrap_or(0),
                count: step.count,
            });
            chain.steps.extend(steps);
            chain.ends.push(chain.steps.len());
        }
        chain
    }

    /// States in the reverse of the order in which a walk into the depth leaves them for good.
    fn last_left_first(&self) -> Vec<usize> {
        let mut seen = alloc::vec![false; self.states()];
        let mut left = Vec::with_capacity(self.states());
        let mut under_way: Vec<(usize, usize)> = Vec::new();
        let mut enter = |state: usize, under_way: &mut Vec<(usize, usize)>| {
            if let Some(seen) = seen.get_mut(state)
                && !*seen
            {
                *seen = true;
                under_way.push((state, 0));
            }
        };
        // INVARIANT: every state was reached from the start by some journey.
        enter(0, &mut under_way);
        while let Some((state, next)) = under_way.last_mut() {
            let step = self.steps(*state).get(*next);
            *next += 1;
            if let Some(step) = step {
                enter(step.place(), &mut under_way);
            } else {
                left.push(*state);
                under_way.pop();
            }
        }
        left.reverse();
        left
    }
}
