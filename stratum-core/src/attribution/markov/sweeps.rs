//! What does a channel carry, where the chain has too many states for a table of all pairs? Sweeps over the states until what is
//! still missing is proven to be too small to matter.
//!
//! For each state we want the chance of getting to a channel and then to a conversion. Each sweep puts into every equation what
//! the others said last (Gauss and Seidel), for several channels at once. What is missing at the start is at most the sum of what
//! is missing in each equation times the visits to its state, because without the channel no state is visited more often; and
//! visits are counts. That sum is the certificate.

use alloc::vec::Vec;

use super::chain::Chain;
use crate::attribution::error::{AttributionError, Refused};

/// How many channels are swept together.
const LANES: usize = 8;
/// What may be missing at most, as a part of all conversions.
const CERTIFIED: f64 = 1e-9;
/// What sweeps aim at, so that rounding and the promise do not meet.
const AIM: f64 = 1e-12;
/// More sweeps than journeys of ordinary length need.
const MOST_SWEEPS: usize = 2_000;
/// After so many sweeps we leap to where they lead if they go on fading as they do (Aitken's extrapolation).
const LEAP: usize = 4;
/// After so many sweeps we look how much is missing, even if they still move.
const LOOK: usize = 30;
/// A leap is at most nine times as far as the last sweep moved.
const MOST_FADE: f64 = 0.9;
/// A sum of products is off by at most this part of it for each of its terms.
const ROUNDING: f64 = f64::EPSILON;

/// Where states have fewer ways on than this, the order in which they are swept matters more than that they lie side by side.
const FEW_WAYS: usize = 4;

type Lanes = [f64; LANES];

/// For each channel, how many conversions come by way of it, out of all journeys of the chain.
pub(super) fn carried(chain: &Chain) -> Result<Vec<f64>, AttributionError> {
    let onwards = (chain.transitions() < FEW_WAYS * chain.states()).then(|| chain.onwards());
    let chain = onwards.as_ref().unwrap_or(chain);
    let conversions: f64 = chain.converted.iter().sum();
    let journeys = chain.visits.first().copied().unwrap_or(0.0);
    let mut carried = Vec::with_capacity(chain.channels);
    if conversions <= 0.0 {
        carried.resize(chain.channels, 0.0);
        return Ok(carried);
    }
    let sweeps = Sweeps::over(chain);
    // First the chance of a conversion from each state, in one lane.
    let mut chances = alloc::vec![[0.0; LANES]; chain.states()];
    let missing = sweeps.run(&mut chances, &Ask::Conversion)?;
    let chances: Vec<f64> = chances.iter().map(|[first, ..]| *first).collect();
    let mut lanes = alloc::vec![[0.0; LANES]; chain.states()];
    while carried.len() < chain.channels {
        lanes.fill([0.0; LANES]);
        let ask = Ask::ByWayOf {
            first: carried.len(),
            chances: &chances,
        };
        if sweeps.run(&mut lanes, &ask)? + missing > CERTIFIED {
            return Err(sweeps.slow());
        }
        let start = lanes.first().copied().unwrap_or_default();
        let left = chain.channels - carried.len();
        carried.extend(start.iter().take(left).map(|chance| chance * journeys));
    }
    Ok(carried)
}

/// What is asked of each state.
enum Ask<'a> {
    /// The chance of a conversion, in the first lane.
    Conversion,
    /// The chance of getting to each of several channels and then to a conversion; at the channel itself, of a conversion.
    ByWayOf { first: usize, chances: &'a [f64] },
}

struct Sweeps<'a> {
    chain: &'a Chain,
    /// The ways out of each state other than back to itself.
    out: Vec<f64>,
    conversions: f64,
}

impl<'a> Sweeps<'a> {
    fn over(chain: &'a Chain) -> Self {
        let ends = chain.converted.iter().zip(&chain.lapsed);
        let out = ends.enumerate().map(|(state, (converted, lapsed))| {
            let onward = chain.steps(state).iter();
            let onward = onward.filter(|step| step.place() != state);
            converted + lapsed + onward.map(|step| step.count).sum::<f64>()
        });
        Self {
            chain,
            out: out.collect(),
            conversions: chain.converted.iter().sum(),
        }
    }

    fn slow(&self) -> AttributionError {
        let (order, states) = (self.chain.order, self.chain.states());
        AttributionError::about("transitions", Refused::SlowChain { order, states })
    }

    /// Sweeps until little enough is missing, and says how much.
    fn run(&self, lanes: &mut [Lanes], ask: &Ask<'_>) -> Result<f64, AttributionError> {
        let mut before = lanes.to_vec();
        let (mut last, mut best) = ([f64::INFINITY; LANES], f64::INFINITY);
        let mut leap = true;
        for sweep in 1..=MOST_SWEEPS {
            before.copy_from_slice(lanes);
            // From the far end to the start, so that most of what a state needs has been updated before.
            for state in (0..lanes.len()).rev() {
                self.update(state, lanes, ask);
            }
            let moved = self.moved(&before, lanes);
            let largest = most(&moved);
            let fade = faded(&moved, &last);
            last = moved;
            if largest <= 2.0 * AIM || sweep % LOOK == 0 {
                let missing = self.missing(lanes, ask);
                // Beyond this point only rounding is left.
                if missing <= AIM || (missing <= CERTIFIED / 2.0 && missing > best / 2.0) {
                    return Ok(missing);
                }
                leap &= missing < best;
                best = missing;
            } else if leap && sweep % LEAP == 0 {
                for (here, before) in lanes.iter_mut().zip(&before) {
                    for ((here, before), fade) in here.iter_mut().zip(before).zip(fade) {
                        *here += (*here - before) * fade / (1.0 - fade);
                    }
                }
            }
        }
        if best <= CERTIFIED {
            Ok(best)
        } else {
            Err(self.slow())
        }
    }

    /// How far a sweep has moved each lane, as a part of all conversions.
    fn moved(&self, before: &[Lanes], lanes: &[Lanes]) -> Lanes {
        let mut moved = [0.0; LANES];
        for ((before, here), out) in before.iter().zip(lanes).zip(&self.out) {
            for ((moved, before), here) in moved.iter_mut().zip(before).zip(here) {
                *moved += out * (here - before).abs();
            }
        }
        moved.map(|moved| moved / self.conversions)
    }

    /// What the equation of a state says, except for what comes back to itself, times the ways out.
    fn equation(&self, state: usize, lanes: &[Lanes], ask: &Ask<'_>) -> Lanes {
        let mut sum = [0.0; LANES];
        if let (Ask::Conversion, [first, ..]) = (ask, &mut sum) {
            *first = self.chain.converted.get(state).copied().unwrap_or(0.0);
        }
        for step in self.chain.steps(state) {
            let to = step.place();
            if to == state {
                continue;
            }
            if let Some(there) = lanes.get(to) {
                for (sum, there) in sum.iter_mut().zip(there) {
                    *sum += step.count * there;
                }
            }
        }
        sum
    }

    fn update(&self, state: usize, lanes: &mut [Lanes], ask: &Ask<'_>) {
        let out = self.out.get(state).copied().unwrap_or(0.0);
        let mut chance = self.equation(state, lanes, ask);
        for chance in &mut chance {
            *chance = if out > 0.0 { *chance / out } else { 0.0 };
        }
        self.keep_asked(state, &mut chance, ask);
        if let Some(place) = lanes.get_mut(state) {
            *place = chance;
        }
    }

    /// At a channel itself, the chance of getting to it and then to a conversion is that of a conversion.
    fn keep_asked(&self, state: usize, chance: &mut Lanes, ask: &Ask<'_>) {
        if let Ask::ByWayOf { first, chances } = ask
            && let Some(channel) = self.chain.channel.get(state).copied().flatten()
            && let Some(lane) = channel.checked_sub(*first)
            && let Some(place) = chance.get_mut(lane)
        {
            *place = chances.get(state).copied().unwrap_or(0.0);
        }
    }

    /// The most that can be missing at the start in any lane, rounding included, as a part of all conversions.
    fn missing(&self, lanes: &[Lanes], ask: &Ask<'_>) -> f64 {
        let mut missing = [0.0; LANES];
        for (state, here) in lanes.iter().enumerate() {
            let out = self.out.get(state).copied().unwrap_or(0.0);
            let mut says = self.equation(state, lanes, ask);
            let terms = self.chain.steps(state).len() + 4;
            let rounding = ROUNDING * crate::numeric::from_u64(u64::try_from(terms).unwrap_or(0));
            for says in &mut says {
                *says = if out > 0.0 { *says / out } else { 0.0 };
            }
            self.keep_asked(state, &mut says, ask);
            for ((missing, says), here) in missing.iter_mut().zip(says).zip(here) {
                // The equation was divided by the ways out; visits pass through them this often.
                *missing += out * ((says - here).abs() + rounding * says);
            }
        }
        most(&missing) / self.conversions
    }
}

fn most(lanes: &Lanes) -> f64 {
    lanes.iter().fold(0.0_f64, |most, one| most.max(*one))
}

/// By how much less each lane moved than in the sweep before.
fn faded(moved: &Lanes, last: &Lanes) -> Lanes {
    let mut fade = [0.0; LANES];
    for ((fade, moved), last) in fade.iter_mut().zip(moved).zip(last) {
        if *last > 0.0 && last.is_finite() {
            *fade = (moved / last).min(MOST_FADE);
        }
    }
    fade
}

#[cfg(test)]
mod tests {
    use super::super::dense;
    use super::super::transitions::Transitions;
    use super::*;
    use crate::attribution::{Channels, Counts, PathTable};
    use crate::numeric::Chance;

    /// Twelve channels, journeys that come back a lot: states enough to be far from solved after a few sweeps.
    fn chain(order: usize) -> Chain {
        let names: Vec<_> = (0..12).map(|n| alloc::format!("n{n:02}")).collect();
        let mut table = PathTable::over(Channels::new(names.iter().map(|name| &**name)).unwrap());
        let mut chance = Chance::new(5, 0);
        for _ in 0..4_000 {
            let mut path = alloc::vec![];
            while path.is_empty() || chance.happens(0.8) {
                path.push(u16::try_from(chance.index(12)).unwrap());
            }
            let counts = if chance.happens(0.1 + 0.02 * f64::from(path[0])) {
                Counts::converted(1, 1)
            } else {
                Counts::lapsed(1)
            };
            table.add(&path, counts).unwrap();
        }
        Chain::of(&Transitions::count(&table, order).unwrap())
    }

    #[test]
    fn what_is_missing_is_never_more_than_certified() {
        let chain = chain(2);
        let exact = dense::carried(&chain);
        let sweeps = Sweeps::over(&chain);
        let conversions = sweeps.conversions;
        let mut chances = alloc::vec![[0.0; LANES]; chain.states()];
        sweeps.run(&mut chances, &Ask::Conversion).unwrap();
        let chances: Vec<f64> = chances.iter().map(|[first, ..]| *first).collect();
        assert!((chances[0] * chain.visits[0] - conversions).abs() < 1e-9 * conversions);
        let ask = Ask::ByWayOf {
            first: 0,
            chances: &chances,
        };
        let mut lanes = alloc::vec![[0.0; LANES]; chain.states()];
        let (mut before, mut tight) = (f64::INFINITY, 0);
        for _ in 0..30 {
            for state in (0..lanes.len()).rev() {
                sweeps.update(state, &mut lanes, &ask);
            }
            let certified = sweeps.missing(&lanes, &ask);
            let missing = exact
                .iter()
                .zip(&lanes[0])
                .map(|(exact, found)| (exact - found * chain.visits[0]).abs() / conversions);
            let missing = missing.fold(0.0, f64::max);
            assert!(missing <= certified + 1e-12, "{missing} {certified}");
            assert!(certified < before);
            tight += u32::from(missing > 0.01 * certified);
            before = certified;
        }
        // A bound that is always a hundred times too high would certify nothing.
        assert!(tight > 20, "{tight}");
    }

    #[test]
    fn sweeps_find_what_the_table_of_all_pairs_finds() {
        for order in [1, 2] {
            let chain = chain(order);
            let conversions: f64 = chain.converted.iter().sum();
            for chain in [chain.onwards(), chain] {
                let pairs = dense::carried(&chain);
                let swept = carried(&chain).unwrap();
                for (one, other) in pairs.iter().zip(&swept) {
                    assert!((one - other).abs() < 1e-11 * conversions, "{one} {other}");
                }
            }
        }
    }
}
