//! Which journey is in which group? Drawn by a seed: journeys of counted paths by their path, so that the order of rows leaves no
//! trace; journeys in rows of their own by the place of the row.

use alloc::vec::Vec;

use super::Bootstrap;
use super::statistic::Statistic;
use crate::attribution::error::AttributionError;
use crate::attribution::paths::{CountedPath, Paths, too_large};
use crate::numeric::Chance;
use crate::numeric::functions::from_u64;

/// The most numbers kept: groups times counts of the model.
const MOST_CELLS: usize = 1 << 26;
/// So many journeys along one path at once are no longer drawn one by one.
const MANY: u64 = 4_096;
/// Unless so few of them fall into each group.
const FEW: u64 = 60;

/// For each group what the model needs to know of its journeys.
pub(in crate::attribution) struct Groups {
    groups: usize,
    width: usize,
    cells: Vec<f64>,
}

impl Groups {
    pub(super) fn of(
        paths: &impl Paths,
        statistic: &Statistic,
        groups: usize,
        seed: u64,
    ) -> Result<Self, AttributionError> {
        let mut all = Self::empty(groups, statistic.width())?;
        let names: Option<Vec<u64>> = paths.are_distinct().then(|| {
            let names = paths.names();
            names.iter().map(|name| hash_of_name(name)).collect()
        });
        let together = paths.are_journeys();
        let (mut row, mut places) = (0_u64, Vec::new());
        paths.try_for_each(|path| {
            let own = names.as_ref().map_or(row, |names| hash_of(&path, names));
            row += 1;
            for (kind, journeys) in [(0, path.counts.conversions), (1, path.counts.lapsed)] {
                if journeys > 0 {
                    statistic.places(&path, kind == 0, &mut places)?;
                    let stream = mixed(seed ^ mixed(own ^ kind << 63));
                    if together {
                        all.add(in_group(mixed(stream), groups), &places, from_u64(journeys));
                    } else {
                        all.put(&places, stream, journeys);
                    }
                }
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// Groups with so many numbers each, all zero.
    pub(in crate::attribution) fn empty(
        groups: usize,
        width: usize,
    ) -> Result<Self, AttributionError> {
        let cells = groups
            .checked_mul(width)
            .filter(|cells| *cells <= MOST_CELLS);
        Ok(Self {
            groups,
            width,
            cells: alloc::vec![0.0; cells.ok_or_else(too_large)?],
        })
    }

    /// The numbers of one group.
    pub(in crate::attribution) fn row(&mut self, group: usize) -> &mut [f64] {
        let start = group * self.width;
        let row = self.cells.get_mut(start..start + self.width);
        row.unwrap_or_default()
    }

    /// Adds to the numbers of each group, from a place on, the products of another set of numbers of that group with each of the rows.
    pub(in crate::attribution) fn add_products(
        &mut self,
        from: usize,
        others: &Self,
        rows: &[Vec<f64>],
    ) {
        let width = others.width.max(1);
        for (group, other) in others.cells.chunks_exact(width).enumerate() {
            let cells = self.row(group).get_mut(from..).unwrap_or_default();
            for (cell, row) in cells.iter_mut().zip(rows) {
                *cell += other.iter().zip(row).map(|(a, b)| a * b).sum::<f64>();
            }
        }
    }

    /// The numbers of all groups together.
    pub(in crate::attribution) fn total(&self) -> Vec<f64> {
        let mut sums = alloc::vec![0.0; self.width];
        for row in self.cells.chunks_exact(self.width.max(1)) {
            for (sum, cell) in sums.iter_mut().zip(row) {
                *sum += cell;
            }
        }
        sums
    }

    /// Puts journeys that are alike into groups.
    fn put(&mut self, places: &[(usize, f64)], stream: u64, journeys: u64) {
        let groups = u64::try_from(self.groups).unwrap_or(u64::MAX);
        // Where few fall into each group, their number is far from normal.
        if journeys <= MANY || journeys / groups < FEW {
            for journey in 0..journeys {
                let draw = mixed(stream.wrapping_add(journey.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
                self.add(in_group(draw, self.groups), places, 1.0);
            }
            return;
        }
        let mut chance = Chance::new(stream, 0);
        let mut left = journeys;
        for group in 0..self.groups {
            let groups_left = u64::try_from(self.groups - group).unwrap_or(1);
            let here = chance.successes(left, 1.0 / from_u64(groups_left));
            self.add(group, places, from_u64(here));
            left -= here;
        }
    }

    fn add(&mut self, group: usize, places: &[(usize, f64)], journeys: f64) {
        let row = self.row(group);
        for (place, amount) in places {
            if let Some(cell) = row.get_mut(*place) {
                *cell += amount * journeys;
            }
        }
    }

    /// Draws as many groups as there are, with replacement, and adds them up.
    pub(in crate::attribution) fn resample(&self, chance: &mut Chance, sums: &mut Vec<f64>) {
        let mut times = alloc::vec![0_u32; self.groups];
        for _ in 0..self.groups {
            if let Some(times) = times.get_mut(chance.index(self.groups)) {
                *times += 1;
            }
        }
        sums.clear();
        sums.resize(self.width, 0.0);
        if self.width == 0 {
            return;
        }
        for (row, times) in self.cells.chunks_exact(self.width).zip(times) {
            if times == 0 {
                continue;
            }
            let times = f64::from(times);
            for (sum, cell) in sums.iter_mut().zip(row) {
                *sum += times * cell;
            }
        }
    }
}

/// In which group a person is: the same one in all journeys, whatever else is there.
pub(in crate::attribution) fn group_of_name(name: &str, bootstrap: &Bootstrap) -> usize {
    let draw = mixed(bootstrap.seed ^ mixed(hash_of_name(name)));
    in_group(draw, bootstrap.groups)
}

fn in_group(draw: u64, groups: usize) -> usize {
    let wide = u128::from(draw) * u128::from(u64::try_from(groups).unwrap_or(1));
    usize::try_from(wide >> 64).unwrap_or(0)
}

/// What a path is, by the names of its channels and not by their codes.
fn hash_of(path: &CountedPath<'_>, names: &[u64]) -> u64 {
    let name = |code: &u16| names.get(usize::from(*code)).copied().unwrap_or(0);
    let hash = path.codes.iter().map(name).fold(0, joined);
    let seconds = path.seconds_before_end.unwrap_or_default().iter();
    seconds
        .map(|seconds| u64::from(*seconds))
        .fold(mixed(hash), joined)
}

/// What a name is: eight bytes at a time, the length at the end. Written down here, because the same name has to fall into the same
/// group on every machine and in every version.
fn hash_of_name(name: &str) -> u64 {
    let (words, rest) = name.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let words = words
        .iter()
        .chain([&last])
        .map(|word| u64::from_le_bytes(*word));
    joined(
        words.fold(0, joined),
        u64::try_from(name.len()).unwrap_or(0),
    )
}

const fn joined(hash: u64, next: u64) -> u64 {
    mixed(hash ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Spreads any change of the input over all bits (the finaliser of `SplitMix64`, G. Steele, D. Lea and C. Flood, 2014).
const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
