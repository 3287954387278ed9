//! What is every set of channels worth, and every channel in all of them? All subsets at once.
//!
//! The journeys within each set come from the journeys of exactly that set by a subset sum over one channel after the other (the
//! zeta transform): `K 2^K` additions of whole numbers.

use alloc::vec::Vec;

use super::Solved;
use crate::attribution::channels::Ranked;
use crate::attribution::error::{AttributionError, Refused};
use crate::attribution::paths::Paths;
use crate::numeric::Sum;
use crate::numeric::functions::from_u64;

/// The most channels on paths that are solved exactly: a million sets of them.
pub const MAX_EXACT_CHANNELS: usize = 20;

/// Subtotals are carried over after so many terms, so that lost low bits are kept.
const BLOCK: usize = 1_024;

pub(super) fn rate_game(paths: &impl Paths) -> Result<Solved, AttributionError> {
    let ranked = Ranked::of(&paths.names());
    let players = Players::of(paths, &ranked)?;
    let rates = players.rates(paths)?;
    let count = players.count;
    let by_size = weights(count);
    let of_set: Vec<f64> = (0_u32..)
        .take(rates.len())
        .map(|set| weight_of(&by_size, set))
        .collect();
    let worth = |bit: &Option<u32>| bit.map_or(0.0, |bit| value(bit, &rates, &of_set));
    // A channel that is on no path adds nothing to any set.
    let mut worths = alloc::vec![0.0; ranked.names.len()];
    for (code, bit) in (0..=u16::MAX).zip(&players.bits) {
        if let Some(place) = worths.get_mut(usize::from(ranked.of_code(code))) {
            *place = worth(bit);
        }
    }
    Ok(Solved {
        errors: alloc::vec![0.0; worths.len()],
        names: ranked.names,
        worths,
        together: rates.last().copied().unwrap_or(0.0),
    })
}

/// The channels that are on a path, each with its bit; in ascending order of names.
struct Players {
    /// By code.
    bits: Vec<Option<u32>>,
    count: usize,
}

impl Players {
    fn of(paths: &impl Paths, ranked: &Ranked) -> Result<Self, AttributionError> {
        let channels = ranked.names.len();
        let mut present = alloc::vec![false; channels];
        paths.try_for_each(|path| {
            for code in path.codes {
                let rank = usize::from(ranked.of_code(*code));
                if let Some(place) = present.get_mut(rank) {
                    *place = true;
                }
            }
            Ok(())
        })?;
        let mut count = 0;
        let by_rank = present.iter().map(|present| {
            present.then(|| {
                count += 1;
                count - 1
            })
        });
        let by_rank: Vec<Option<u32>> = by_rank.collect();
        let bit = |code| by_rank.get(usize::from(ranked.of_code(code))).copied();
        let bits = (0..=u16::MAX)
            .take(channels)
            .map(|code| bit(code).flatten());
        let bits = bits.collect();
        let most = MAX_EXACT_CHANNELS;
        match usize::try_from(count) {
            Ok(count) if count <= most => Ok(Self { bits, count }),
            _ => {
                let why = Refused::TooManyChannels { most };
                Err(AttributionError::about("channels", why))
            }
        }
    }

    /// For each set of channels the part of the journeys within it that converted; zero where there is none.
    fn rates(&self, paths: &impl Paths) -> Result<Vec<f64>, AttributionError> {
        let sets = 1_usize << self.count;
        let (mut conversions, mut journeys) = (alloc::vec![0; sets], alloc::vec![0; sets]);
        paths.try_for_each(|path| {
            let mut set = 0;
            for code in path.codes {
                let bit = self.bits.get(usize::from(*code)).copied().flatten();
                set |= bit.map_or(0, |bit| 1_usize << bit);
            }
            let places = conversions.get_mut(set).zip(journeys.get_mut(set));
            if let Some((conversions, journeys)) = places {
                // INVARIANT: totals of conversions and lapsed journeys together fit 64 bits.
                *conversions += path.counts.conversions;
                *journeys += path.counts.ended();
            }
            Ok(())
        })?;
        sum_over_subsets(&mut conversions);
        sum_over_subsets(&mut journeys);
        let rates = conversions.iter().zip(&journeys);
        let rates = rates.map(|(conversions, journeys)| match journeys {
            0 => 0.0,
            _ => from_u64(*conversions) / from_u64(*journeys),
        });
        Ok(rates.collect())
    }
}

/// Adds to each set what its subsets have.
fn sum_over_subsets(of_set: &mut [u64]) {
    let mut half = 1;
    while half < of_set.len() {
        for pair in of_set.chunks_exact_mut(2 * half) {
            let (without, with) = pair.split_at_mut(half);
            for (with, without) in with.iter_mut().zip(without) {
                *with = with.wrapping_add(*without);
            }
        }
        half *= 2;
    }
}

/// For each number of channels there already, the chance that a given channel comes next and finds just that set of so many:
/// one over the number of channels and over the number of such sets of the others.
fn weights(channels: usize) -> Vec<f64> {
    let others = channels.saturating_sub(1);
    let mut sets = 1_u64;
    let mut weights = Vec::with_capacity(channels);
    for size in 0..channels {
        let wide = |n: usize| u64::try_from(n).unwrap_or(1);
        weights.push(1.0 / (from_u64(wide(channels)) * from_u64(sets)));
        sets = sets * wide(others - size) / wide(size + 1);
    }
    weights
}

fn weight_of(by_size: &[f64], set: u32) -> f64 {
    let size = usize::try_from(set.count_ones()).unwrap_or(0);
    by_size.get(size).copied().unwrap_or(0.0)
}

/// What the channel of a bit adds to each set without it, weighed and added up.
fn value(bit: u32, rates: &[f64], of_set: &[f64]) -> f64 {
    let half = 1_usize << bit;
    let mut total = Sum::new();
    for (rates, weights) in rates
        .chunks_exact(2 * half)
        .zip(of_set.chunks_exact(2 * half))
    {
        let (without, with) = rates.split_at(half);
        let blocks = with.chunks(BLOCK).zip(without.chunks(BLOCK));
        for ((with, without), weights) in blocks.zip(weights.chunks(BLOCK)) {
            let mut block = 0.0;
            for ((with, without), weight) in with.iter().zip(without).zip(weights) {
                block += weight * (with - without);
            }
            total.add(block);
        }
    }
    total.value()
}
