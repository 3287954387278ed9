//! Which sets of channels were seen together on a path, and where is each of them kept?

use alloc::string::String;
use alloc::vec::Vec;

use hashbrown::HashTable;

use crate::attribution::channels::Ranked;
use crate::attribution::error::AttributionError;
use crate::attribution::paths::{CountedPath, Counts, PathTotals, Paths};
use crate::numeric::functions::nearest_count;

/// The sets of channels that were seen, each with its place.
pub(super) struct Sets {
    pub(super) sets: Vec<Vec<u16>>,
    places: HashTable<usize>,
}

fn hash_of_set(set: &[u16]) -> u64 {
    let mixed = |hash: u64, code: &u16| (hash ^ u64::from(*code)).wrapping_mul(0x0100_0000_01b3);
    set.iter()
        .fold(0xcbf2_9ce4_8422_2325, mixed)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// The channels of a path, each once, in ascending order of names.
pub(super) fn set_of(path: &CountedPath<'_>, ranked: &Ranked) -> Vec<u16> {
    let mut set: Vec<u16> = path
        .codes
        .iter()
        .map(|code| ranked.of_code(*code))
        .collect();
    set.sort_unstable();
    set.dedup();
    set
}

impl Sets {
    /// The sets of the paths that are wanted.
    pub(super) fn of(
        paths: &impl Paths,
        ranked: &Ranked,
        wanted: impl Fn(&CountedPath<'_>) -> bool,
    ) -> Result<Self, AttributionError> {
        let mut all = Self {
            sets: Vec::new(),
            places: HashTable::new(),
        };
        paths.try_for_each(|path| {
            if wanted(&path) {
                let set = set_of(&path, ranked);
                if all.find(&set).is_none() {
                    all.push(set);
                }
            }
            Ok(())
        })?;
        // In an order of their own, so that sums over them do not depend on the order of rows.
        let mut sets = core::mem::take(&mut all.sets);
        sets.sort_unstable();
        all.places.clear();
        sets.into_iter().for_each(|set| all.push(set));
        Ok(all)
    }

    fn push(&mut self, set: Vec<u16>) {
        let sets = &self.sets;
        let again = |at: &usize| sets.get(*at).map_or(0, |set| hash_of_set(set));
        self.places
            .insert_unique(hash_of_set(&set), sets.len(), again);
        self.sets.push(set);
    }

    pub(super) fn len(&self) -> usize {
        self.sets.len()
    }

    /// The channels of all sets together.
    pub(super) fn touches(&self) -> usize {
        self.sets.iter().map(Vec::len).sum()
    }

    pub(super) fn find(&self, set: &[u16]) -> Option<usize> {
        let same = |at: &usize| self.sets.get(*at).is_some_and(|known| known == set);
        self.places.find(hash_of_set(set), same).copied()
    }
}

/// Sets of channels with resampled counts, as paths.
pub(super) struct Resampled<'a> {
    names: &'a [String],
    sets: &'a [Vec<u16>],
    counts: Vec<Counts>,
    totals: PathTotals,
}

impl<'a> Resampled<'a> {
    pub(super) fn of(names: &'a [String], sets: &'a [Vec<u16>], sums: &[f64]) -> Self {
        let (pairs, _) = sums.as_chunks::<2>();
        let counts = pairs.iter().map(|[converted, lapsed]| Counts {
            conversions: nearest_count(*converted),
            value_minor: 0,
            lapsed: nearest_count(*lapsed),
        });
        let counts: Vec<Counts> = counts.collect();
        let touched = counts.iter().fold(Counts::default(), |sum, one| {
            // INVARIANT: at most as many times the journeys as there are groups, which was checked to fit.
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
