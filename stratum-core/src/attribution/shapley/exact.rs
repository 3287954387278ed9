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
    let (met, ended) = players.ended(paths)?;
    let rates = rates(of_met(met, ended));
    let count = usize::try_from(met.count_ones()).unwrap_or(0);
    let by_size = weights(count);
    let of_set: Vec<f64> = (0_u32..)
        .take(rates.len())
        .map(|set| weight_of(&by_size, set))
        .collect();
    // A channel that is on no path adds nothing to any set.
    let mut worths = alloc::vec![0.0; ranked.names.len()];
    for (code, own) in (0..=u16::MAX).zip(&players.bits) {
        let place = worths.get_mut(usize::from(ranked.of_code(code)));
        if let Some(place) = place.filter(|_| met & own != 0) {
            let before = met & (own - 1);
            *place = value(before.count_ones(), &rates, &of_set);
        }
    }
    Ok(Solved {
        errors: alloc::vec![0.0; worths.len()],
        names: ranked.names,
        worths,
        together: rates.last().copied().unwrap_or(0.0),
    })
}

/// What became of the journeys of a set: conversions, and all that ended.
type Ended = [u64; 2];

/// The channels that may be on a path, each with a bit of its own; bits ascend with names.
struct Players {
    /// The bit of each code; nothing for those that are not in the game.
    bits: Vec<usize>,
    /// The sets of them.
    sets: usize,
}

impl Players {
    /// Everybody where that is few enough, else those that are on a path, which takes one more look at all paths.
    fn of(paths: &impl Paths, ranked: &Ranked) -> Result<Self, AttributionError> {
        let channels = ranked.names.len();
        let most = MAX_EXACT_CHANNELS;
        let mut plays = alloc::vec![channels <= most; channels];
        if channels > most {
            paths.try_for_each(|path| {
                for code in path.codes {
                    if let Some(plays) = plays.get_mut(usize::from(ranked.of_code(*code))) {
                        *plays = true;
                    }
                }
                Ok(())
            })?;
        }
        if plays.iter().filter(|plays| **plays).count() > most {
            let why = Refused::TooManyChannels { most };
            return Err(AttributionError::about("channels", why));
        }
        let mut sets = 1;
        let by_rank = plays.iter().map(|plays| {
            let bit = if *plays { sets } else { 0 };
            sets += bit;
            bit
        });
        let by_rank: Vec<usize> = by_rank.collect();
        let bit = |code| by_rank.get(usize::from(ranked.of_code(code))).copied();
        let bits = (0..=u16::MAX).take(channels);
        Ok(Self {
            bits: bits.map(|code| bit(code).unwrap_or(0)).collect(),
            sets,
        })
    }

    /// Who is on a path at all, and for each set of channels what became of the journeys of just that set.
    fn ended(&self, paths: &impl Paths) -> Result<(usize, Vec<Ended>), AttributionError> {
        let mut ended: Vec<Ended> = alloc::vec![[0; 2]; self.sets];
        let mut met = 0;
        paths.try_for_each(|path| {
            let mut set = 0;
            for code in path.codes {
                set |= self.bits.get(usize::from(*code)).copied().unwrap_or(0);
            }
            met |= set;
            if let Some([conversions, journeys]) = ended.get_mut(set) {
                // INVARIANT: totals of conversions and lapsed journeys together fit 64 bits.
                *conversions += path.counts.conversions;
                *journeys += path.counts.ended();
            }
            Ok(())
        })?;
        Ok((met, ended))
    }
}

/// The sets of those who were met, in the same order; nothing became of the others.
fn of_met(met: usize, ended: Vec<Ended>) -> Vec<Ended> {
    if met + 1 == ended.len() {
        return ended;
    }
    let mut set = 0_usize;
    let of_next = |_| {
        let of_set = ended.get(set).copied().unwrap_or_default();
        // The next set of these: what is carried passes over the bits of the others.
        set = set.wrapping_sub(met) & met;
        of_set
    };
    (0..1_usize << met.count_ones()).map(of_next).collect()
}

/// For each set of channels the part of the journeys within it that converted; zero where there is none.
fn rates(mut ended: Vec<Ended>) -> Vec<f64> {
    sum_over_subsets(&mut ended);
    let rates = ended.iter().map(|[conversions, journeys]| match journeys {
        0 => 0.0,
        _ => from_u64(*conversions) / from_u64(*journeys),
    });
    rates.collect()
}

/// Adds to each set what its subsets have.
fn sum_over_subsets(of_set: &mut [Ended]) {
    let mut half = 1;
    while half < of_set.len() {
        for pair in of_set.chunks_exact_mut(2 * half) {
            let (without, with) = pair.split_at_mut(half);
            for ([conversions, journeys], without) in with.iter_mut().zip(without) {
                *conversions = conversions.wrapping_add(without[0]);
                *journeys = journeys.wrapping_add(without[1]);
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
