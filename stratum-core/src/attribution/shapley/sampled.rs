//! What is a channel worth on average over orderings that were drawn? For more channels than subsets can be counted.
//!
//! Each ordering is used forth and back: what comes early in one comes late in the other, so much of the spread cancels. In every
//! ordering the parts add up to the whole, so no draw loses or makes up worth.
//!
//! The error takes nothing for granted but the range in which a channel's additions lie: few draws of which none met a rare ordering
//! look as if there were no spread. Not here: an error that trusts the spread alone.

use alloc::vec::Vec;

use super::{LEAST_PAIRS, Solved};
use crate::attribution::channels::{Channels, Ranked};
use crate::attribution::error::{AttributionError, Refused};
use crate::attribution::paths::{Counts, Paths, wide};
use crate::attribution::table::PathTable;
use crate::numeric::functions::{from_u64, ln, sqrt};
use crate::numeric::{Chance, Sum};

/// How often the exact value may lie outside the error: once in a thousand, to either side half as often.
const OUTSIDE: f64 = 0.001;
/// So many channels have one pair of orderings: nothing is left to chance.
const ALL_DRAWN: usize = 2;

/// The most looks at a set, or at the place of a channel, in all orderings together: minutes.
const MOST_LOOKS: u64 = 1 << 36;

pub(super) fn rate_game(
    paths: &impl Paths,
    pairs: usize,
    seed: u64,
) -> Result<Solved, AttributionError> {
    let ranked = Ranked::of(&paths.names());
    let sets = sets(paths, &ranked)?;
    let channels = ranked.names.len();
    let looks: u64 = sets.rows().map(|(set, _)| wide(set.len())).sum();
    let most = MOST_LOOKS / (looks + wide(channels)).max(1);
    // As many as are needed at least are drawn for whatever fits into memory.
    let most = usize::try_from(most).unwrap_or(usize::MAX).max(LEAST_PAIRS);
    if pairs > most {
        let given = pairs;
        return Err(AttributionError::about(
            "pairs",
            Refused::TooManyPairs { given, most },
        ));
    }
    let mut orderings = Orderings::over(&sets, channels);
    let mut chance = Chance::new(seed, 0);
    let mut drawn: Vec<usize> = (0..channels).collect();
    let mut sums = alloc::vec![(Sum::new(), Sum::new()); channels];
    for _ in 0..pairs {
        for last in (1..channels).rev() {
            drawn.swap(last, chance.index(last + 1));
        }
        let both = orderings.worths_of(&drawn);
        for ((sum, squares), worth) in sums.iter_mut().zip(both) {
            sum.add(*worth);
            squares.add(worth * worth);
        }
    }
    let n = from_u64(u64::try_from(pairs).unwrap_or(u64::MAX));
    let mean = |(sum, _): &(Sum, Sum)| sum.value() / n;
    let error = |(both, range): (&(Sum, Sum), Range)| {
        // What a spread of rounded numbers leaves is no error.
        if range.high <= range.low {
            return 0.0;
        }
        let mean = mean(both);
        let variance = (both.1.value() / n - mean * mean) * n / (n - 1.0);
        range.error(mean, variance.max(0.0), n)
    };
    let touched = paths.totals().touched;
    Ok(Solved {
        worths: sums.iter().map(mean).collect(),
        errors: sums
            .iter()
            .zip(Range::of(orderings.sets, channels))
            .map(error)
            .collect(),
        names: ranked.names,
        together: rate(touched.conversions, touched.ended()),
    })
}

/// The distinct sets of channels on paths, with codes in ascending order of names.
fn sets(paths: &impl Paths, ranked: &Ranked) -> Result<PathTable, AttributionError> {
    let names = ranked.names.iter().map(|name| &**name);
    let mut sets = PathTable::over(Channels::new(names)?);
    let mut set = Vec::new();
    paths.try_for_each(|path| {
        set.clear();
        set.extend(path.codes.iter().map(|code| ranked.of_code(*code)));
        set.sort_unstable();
        set.dedup();
        sets.add(&set, path.counts)
    })?;
    Ok(sets)
}

fn rate(conversions: u64, journeys: u64) -> f64 {
    if journeys == 0 {
        0.0
    } else {
        from_u64(conversions) / from_u64(journeys)
    }
}

/// Between what lies all that a channel can add, in whichever ordering.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    const NOTHING: Self = Self {
        low: 0.0,
        high: 0.0,
    };

    /// One for each channel. A channel moves the rate of those before it towards the rate of the journeys that become complete with
    /// it, and no rate of many journeys is beyond the lowest and the highest of their sets: so it adds no more than its own highest,
    /// and takes away no more than from the highest of all down to its own lowest.
    fn of(sets: &PathTable, channels: usize) -> Vec<Self> {
        let mut own: Vec<Option<(f64, f64)>> = alloc::vec![None; channels];
        let mut highest = 0.0_f64;
        for (set, counts) in sets.rows().filter(|(_, counts)| counts.ended() > 0) {
            let rate = rate(counts.conversions, counts.ended());
            highest = highest.max(rate);
            for channel in set {
                if let Some(own) = own.get_mut(usize::from(*channel)) {
                    let (least, most) = own.unwrap_or((rate, rate));
                    *own = Some((least.min(rate), most.max(rate)));
                }
            }
        }
        if own.iter().flatten().count() <= ALL_DRAWN {
            return alloc::vec![Self::NOTHING; channels];
        }
        let range = |own: &Option<(f64, f64)>| {
            own.map_or(Self::NOTHING, |(least, most)| Self {
                low: least - highest,
                high: most,
            })
        };
        own.iter().map(range).collect()
    }

    /// How far the mean of `n` draws may lie off (Maurer and Pontil, for either side); at most as far as the range reaches.
    fn error(self, mean: f64, variance: f64, n: f64) -> f64 {
        let by_chance = ln(4.0 / OUTSIDE);
        let width = self.high - self.low;
        let bound =
            sqrt(2.0 * variance * by_chance / n) + 7.0 * width * by_chance / (3.0 * (n - 1.0));
        bound.min(self.high - mean).max(bound.min(mean - self.low))
    }
}

/// What every channel adds in an ordering and in its reverse.
struct Orderings<'a> {
    sets: &'a PathTable,
    /// The place of each channel in the ordering at hand.
    places: Vec<usize>,
    /// What becomes complete at each place: forth, and back.
    forth: Vec<Counts>,
    back: Vec<Counts>,
    worths: Vec<f64>,
}

impl<'a> Orderings<'a> {
    fn over(sets: &'a PathTable, channels: usize) -> Self {
        Self {
            sets,
            places: alloc::vec![0; channels],
            forth: alloc::vec![Counts::default(); channels],
            back: alloc::vec![Counts::default(); channels],
            worths: alloc::vec![0.0; channels],
        }
    }

    fn worths_of(&mut self, ordering: &[usize]) -> &[f64] {
        for (place, channel) in ordering.iter().enumerate() {
            if let Some(slot) = self.places.get_mut(*channel) {
                *slot = place;
            }
        }
        self.forth.fill(Counts::default());
        self.back.fill(Counts::default());
        for (set, counts) in self.sets.rows() {
            // A set is complete with its last channel; backwards, with its first.
            let (mut first, mut last) = (usize::MAX, 0);
            for channel in set {
                let place = self.places.get(usize::from(*channel)).copied();
                let place = place.unwrap_or(0);
                first = first.min(place);
                last = last.max(place);
            }
            // INVARIANT: totals fit 64 bits, so parts of them do.
            let slots = [self.forth.get_mut(last), self.back.get_mut(first)];
            for slot in slots.into_iter().flatten() {
                slot.conversions += counts.conversions;
                slot.lapsed += counts.lapsed;
            }
        }
        self.worths.fill(0.0);
        let forth = ordering.iter().zip(&self.forth);
        add_steps(forth, &mut self.worths);
        let back = ordering.iter().zip(&self.back).rev();
        add_steps(back, &mut self.worths);
        &self.worths
    }
}

/// Adds half of what each channel adds to the rate of those before it.
fn add_steps<'a>(steps: impl Iterator<Item = (&'a usize, &'a Counts)>, worths: &mut [f64]) {
    let (mut conversions, mut journeys, mut before) = (0, 0, 0.0);
    for (channel, more) in steps {
        conversions += more.conversions;
        journeys += more.ended();
        let with = rate(conversions, journeys);
        if let Some(worth) = worths.get_mut(*channel) {
            *worth += (with - before) / 2.0;
        }
        before = with;
    }
}
