//! What does a channel carry? Exactly, by taking states out of the chain one by one until only the start and the channel are left.
//!
//! A state is taken out by sending what came into it on to where it leads, in proportion. What is left behaves as the chain did
//! when one looks only at the states that are left (a censored chain). Nothing is subtracted, so nothing cancels however long
//! journeys stay among the same channels: the idea of Grassmann, Taksar and Heyman (1985). The work is shared by halves: one half
//! is taken out once for all channels of the other half.

use alloc::vec::Vec;

use super::chain::Chain;

/// Columns before those of the states: to a conversion, to nothing.
const CONVERTED: usize = 0;
const ENDS: usize = 2;

/// Counts between the states that are left, the start first.
struct Left {
    width: usize,
    cells: Vec<f64>,
}

/// For each channel, how many conversions come by way of it, out of all journeys of the chain.
pub(super) fn carried(chain: &Chain) -> Vec<f64> {
    let mut carried = alloc::vec![0.0; chain.channels];
    let groups = (0..chain.channels).map(|channel| Group {
        channel,
        places: Vec::new(),
    });
    let mut groups: Vec<Group> = groups.collect();
    for (state, channel) in chain.channel.iter().enumerate() {
        if let Some(group) = channel.and_then(|channel| groups.get_mut(channel)) {
            group.places.push(state);
        }
    }
    groups.retain(|group| !group.places.is_empty());
    if let Some(left) = Left::all_of(chain) {
        left.share(groups, &mut carried);
    }
    carried
}

/// The states of one channel, by their places among those that are left.
struct Group {
    channel: usize,
    places: Vec<usize>,
}

impl Left {
    fn all_of(chain: &Chain) -> Option<Self> {
        let states = chain.states();
        let width = states.checked_add(ENDS)?;
        let mut cells = alloc::vec![0.0; states.checked_mul(width)?];
        let ends = chain.converted.iter().zip(&chain.lapsed);
        for (state, (row, (converted, lapsed))) in
            cells.chunks_exact_mut(width).zip(ends).enumerate()
        {
            for (cell, end) in row.iter_mut().zip([converted, lapsed]) {
                *cell = *end;
            }
            for step in chain.steps(state) {
                if let Some(cell) = row.get_mut(step.place() + ENDS) {
                    *cell = step.count;
                }
            }
        }
        Some(Self { width, cells })
    }

    /// Halves the channels, takes one half's states out for the other, and goes on until one channel is left.
    fn share(self, mut groups: Vec<Group>, carried: &mut [f64]) {
        if groups.len() <= 1 {
            if let Some(group) = groups.first()
                && let Some(place) = carried.get_mut(group.channel)
            {
                *place = self.carried_by_all();
            }
            return;
        }
        let other = groups.split_off(groups.len() / 2);
        for (kept, dropped) in [(&groups, &other), (&other, &groups)] {
            let mut order = alloc::vec![0];
            let mut renumbered = Vec::with_capacity(kept.len());
            for group in kept {
                let first = order.len();
                order.extend_from_slice(&group.places);
                renumbered.push(Group {
                    channel: group.channel,
                    places: (first..order.len()).collect(),
                });
            }
            let states = order.len();
            order.extend(dropped.iter().flat_map(|group| &group.places));
            let left = self.reordered(&order).without_last(states);
            left.share(renumbered, carried);
        }
    }

    /// The rows and columns in another order.
    fn reordered(&self, order: &[usize]) -> Self {
        let width = order.len() + ENDS;
        let mut cells = Vec::with_capacity(order.len() * width);
        for state in order {
            let start = state * self.width;
            let row = self.cells.get(start..start + self.width);
            let row = row.unwrap_or_default();
            cells.extend_from_slice(row.get(..ENDS).unwrap_or_default());
            let states = row.get(ENDS..).unwrap_or_default();
            cells.extend(
                order
                    .iter()
                    .map(|to| states.get(*to).copied().unwrap_or(0.0)),
            );
        }
        Self { width, cells }
    }

    /// Takes the last states out, so that so many are left.
    fn without_last(mut self, states: usize) -> Self {
        for last in (states..self.width - ENDS).rev() {
            self.take_out(last);
        }
        let mut cells = Vec::with_capacity(states * (states + ENDS));
        for row in self.cells.chunks_exact(self.width).take(states) {
            cells.extend_from_slice(row.get(..states + ENDS).unwrap_or_default());
        }
        let width = states + ENDS;
        Self { width, cells }
    }

    /// Takes out the last state: what it gets from itself has to leave it some time, so only the ways out count.
    fn take_out(&mut self, last: usize) {
        let (before, from) = self.cells.split_at_mut(last * self.width);
        let onward = from.get(..last + ENDS).unwrap_or_default();
        let out: f64 = onward.iter().sum();
        if out <= 0.0 {
            return;
        }
        for row in before.chunks_exact_mut(self.width) {
            let Some((reach, rest)) = row.split_at_mut_checked(last + ENDS) else {
                return;
            };
            let Some(into) = rest.first().filter(|into| **into > 0.0) else {
                continue;
            };
            let part = into / out;
            for (cell, more) in reach.iter_mut().zip(onward) {
                *cell += part * more;
            }
        }
    }

    /// Conversions by way of the states that are left: all but those that come straight from the start.
    fn carried_by_all(mut self) -> f64 {
        if let Some(straight) = self.cells.get_mut(CONVERTED) {
            *straight = 0.0;
        }
        let carried = self.without_last(1);
        carried.cells.get(CONVERTED).copied().unwrap_or(0.0)
    }
}
