//! Which channels were seen at which place of a path? For the sum game with the order of touches kept.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::credited::Grain;
use super::sets::set_of;
use crate::attribution::channels::Ranked;
use crate::attribution::error::AttributionError;
use crate::attribution::paths::{CountedPath, Paths};
use crate::numeric::quantile::from_usize;

/// Every channel and place on a path that converted, in ascending order, each with its own place among the numbers kept.
pub(super) struct Touches {
    places: BTreeMap<(u16, usize), usize>,
}

impl Touches {
    pub(super) fn of(paths: &impl Paths, ranked: &Ranked) -> Result<Self, AttributionError> {
        let mut places: BTreeMap<(u16, usize), usize> = BTreeMap::new();
        paths.try_for_each(|path| {
            if path.counts.conversions > 0 {
                let seen = path.codes.iter().map(|code| ranked.of_code(*code)).zip(1..);
                places.extend(seen.map(|touch| (touch, 0)));
            }
            Ok(())
        })?;
        for (number, place) in places.values_mut().enumerate() {
            *place = number;
        }
        Ok(Self { places })
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn places(
        &self,
        path: &CountedPath<'_>,
        ranked: &Ranked,
        grain: Grain,
        places: &mut Vec<(usize, f64)>,
    ) {
        let set = set_of(path, ranked);
        let mut times = alloc::vec![0_usize; set.len()];
        let rank_in_set = |code: &u16| set.binary_search(&ranked.of_code(*code)).unwrap_or(0);
        for code in path.codes {
            if let Some(times) = times.get_mut(rank_in_set(code)) {
                *times += 1;
            }
        }
        for (code, place) in path.codes.iter().zip(1..) {
            let times = times.get(rank_in_set(code)).copied().unwrap_or(1);
            let share = grain.round(1.0 / (from_usize(set.len()) * from_usize(times)));
            let number = self.places.get(&(ranked.of_code(*code), place));
            places.extend(number.map(|number| (*number, share)));
        }
    }
}
