//! How is the best set of rates found? Step by step uphill, with a bold step now and then that is taken only if it leads up.
//!
//! A step is an EM step (`sweep`). Two of them show the direction and how it shrinks; the extrapolation from that is the squared
//! one of R. Varadhan and C. Roland, on the logarithms of the rates. A jump that leads lower than the first step is not taken. Now
//! and then Newton's step is tried likewise, because two rates that can hardly be told apart keep the other steps short.

use alloc::vec::Vec;

use super::newton::newton;
use super::overlooked::overlooked;
use super::settings::HazardSettings;
use super::sweep::{Kernel, Rates, Seen, Sums};
use crate::numeric::functions::{exp, ln, sqrt};

/// A jump changes no rate by more than this factor: from zero there would be no way back.
const LONGEST_JUMP: f64 = 1000.0;
/// A channel responsible for fewer conversions than this or for a smaller part of all, and for fewer with every step, is tried
/// without.
const FEW_CONVERSIONS: f64 = 3.0;
const SMALL_PART: f64 = 1e-3;
/// Every so many rounds Newton's step is tried.
const ROUNDS_TO_NEWTON: u32 = 5;
/// Two steps, a jump that fails, two for Newton's step and one attempt to leave channels out.
const FEWEST_PASSES: u32 = 6;
/// So often a climb is begun again with channels lifted from zero.
const MOST_LIFTS: u32 = 5;
/// Up to so many touches the climb is tried from other mean lags too, for all channels alike: a quarter of an hour, ten hours, five
/// days.
const MOST_TOUCHES_TRIED_AGAIN: usize = 20_000;
const LAGS_TRIED: [f64; 3] = [900.0, 36_000.0, 432_000.0];
/// A rate that grows by less than this share in a step has arrived.
const STILL: f64 = 1e-3;

/// Rates with what a pass found about them.
#[derive(Debug, Clone)]
pub(super) struct Stand {
    pub(super) rates: Rates,
    pub(super) sums: Sums,
}

impl Stand {
    pub(super) fn at(seen: &Seen<'_>, rates: Rates) -> Self {
        Self {
            sums: seen.sweep(&rates),
            rates,
        }
    }
}

/// How the climb went.
#[derive(Debug, Clone)]
pub(super) struct Climb {
    pub(super) top: Stand,
    /// The log-likelihood of every set of rates that was accepted.
    pub(super) heights: Vec<f64>,
    pub(super) passes: u32,
    pub(super) converged: bool,
}

/// The highest of the tops that several first guesses lead to. With many journeys one guess will do: there the tops are far apart in
/// height, and every climb costs passes over all of them.
pub(super) fn highest(seen: &Seen<'_>, settings: &HazardSettings) -> Climb {
    let mut best = climb(seen, seen.first_guess(), settings);
    if seen.journeys.channel_codes().len() > MOST_TOUCHES_TRIED_AGAIN || seen.conversions == 0.0 {
        return best;
    }
    for seconds in LAGS_TRIED {
        let left = settings.passes_max.saturating_sub(best.passes);
        if left <= FEWEST_PASSES {
            break;
        }
        let settings = &HazardSettings {
            passes_max: left,
            ..*settings
        };
        let mut guess = seen.first_guess();
        for kernel in &mut guess.kernels {
            kernel.decay = seen.bounded(1.0 / seconds);
        }
        let mut other = climb(seen, guess, settings);
        let higher =
            other.top.sums.log_likelihood > best.top.sums.log_likelihood + settings.tolerance;
        // A climb that did not end is no better than one that did.
        if higher && (other.converged || !best.converged) {
            other.passes += best.passes;
            best = other;
        } else {
            best.passes += other.passes;
        }
    }
    best
}

/// Climbs from a first guess, and again while a climb leaves a channel at zero that another lag would lift.
pub(super) fn climb(seen: &Seen<'_>, guess: Rates, settings: &HazardSettings) -> Climb {
    let mut best = ascend(seen, guess, settings.passes_max, settings.tolerance);
    for _ in 0..MOST_LIFTS {
        let left = settings.passes_max.saturating_sub(best.passes + 1);
        if !best.converged || left < FEWEST_PASSES {
            break;
        }
        best.passes += 1;
        let Some(lifted) = overlooked(seen, &best.top) else {
            break;
        };
        let mut next = ascend(seen, lifted, left, settings.tolerance);
        next.passes += best.passes;
        let before = best.top.sums.log_likelihood;
        // A climb that rises no higher, or is not a number, leads nowhere.
        let higher = next.top.sums.log_likelihood > before + settings.tolerance;
        if !higher {
            best.passes = next.passes;
            break;
        }
        next.heights.retain(|height| *height > before);
        next.heights.splice(0..0, best.heights);
        best = next;
    }
    best
}

fn ascend(seen: &Seen<'_>, guess: Rates, passes_max: u32, tolerance: f64) -> Climb {
    let step = |from: &Stand| seen.better(&from.rates, &from.sums);
    let mut here = Stand::at(seen, guess);
    let mut heights = alloc::vec![here.sums.log_likelihood];
    let (mut passes, mut rounds, mut converged) = (1, 0_u32, false);
    let mut few = (seen.conversions * SMALL_PART).max(FEW_CONVERSIONS);
    while passes + FEWEST_PASSES <= passes_max {
        let one = Stand::at(seen, step(&here));
        let two = step(&one);
        let far = Stand::at(seen, beyond(seen, &here.rates, &one.rates, &two));
        passes += 2;
        // A comparison with NaN is false, so that a jump out of the range of floats is not taken.
        let mut next = if far.sums.log_likelihood >= one.sums.log_likelihood {
            far
        } else {
            passes += 1;
            Stand::at(seen, two)
        };
        rounds += 1;
        if rounds % ROUNDS_TO_NEWTON == 0
            && let Some(rates) = newton(seen, &next)
        {
            // The matrix takes a pass, and trying its answer another.
            passes += 2;
            let tried = Stand::at(seen, rates);
            if tried.sums.log_likelihood >= next.sums.log_likelihood {
                next = tried;
            }
        }
        if let Some(rates) = without_the_vanishing(&next, &step(&next), few) {
            let lighter = Stand::at(seen, rates);
            passes += 1;
            if lighter.sums.log_likelihood >= next.sums.log_likelihood {
                next = lighter;
            } else {
                few /= 3.0;
            }
        }
        let rise = next.sums.log_likelihood - here.sums.log_likelihood;
        heights.push(one.sums.log_likelihood);
        heights.push(next.sums.log_likelihood);
        here = next;
        if rise < tolerance && !grows(&here.rates, &step(&here)) {
            converged = true;
            break;
        }
    }
    Climb {
        top: here,
        heights,
        passes,
        converged,
    }
}

/// The rates without the channels that have next to nothing and lose it: the way to zero is endless in steps.
fn without_the_vanishing(now: &Stand, next: &Rates, few: f64) -> Option<Rates> {
    let mut rates = now.rates.clone();
    let mut any = false;
    let sums = now.sums.channels.iter().zip(&next.kernels);
    for (kernel, (sums, next)) in rates.kernels.iter_mut().zip(sums) {
        if kernel.effect > 0.0 && sums.hits < few && next.effect < kernel.effect {
            kernel.effect = 0.0;
            any = true;
        }
    }
    any.then_some(rates)
}

/// Whether a rate is still on its way up. One that a jump made very small adds little to the height at first, and yet may belong
/// somewhere else.
fn grows(now: &Rates, next: &Rates) -> bool {
    let more = |now: f64, next: f64| next > now * (1.0 + STILL);
    let kernels = now.kernels.iter().zip(&next.kernels);
    more(now.baseline, next.baseline)
        || kernels
            .map(|(now, next)| (now.effect, next.effect))
            .any(|(now, next)| more(now, next))
}

/// A rate of zero has no logarithm; it takes part with the smallest one there is.
fn logarithms(rates: &Rates) -> impl Iterator<Item = f64> {
    let kernels = rates.kernels.iter();
    core::iter::once(rates.baseline)
        .chain(kernels.flat_map(|kernel| [kernel.effect, kernel.decay]))
        .map(|rate| ln(rate.max(f64::MIN_POSITIVE)))
}

fn beyond(seen: &Seen<'_>, zero: &Rates, one: &Rates, two: &Rates) -> Rates {
    let (mut first, mut bend) = (0.0, 0.0);
    let steps: Vec<(f64, f64, f64)> = logarithms(zero)
        .zip(logarithms(one))
        .zip(logarithms(two))
        .map(|((zero, one), two)| {
            let (step, turn) = (one - zero, two - one - (one - zero));
            first += step * step;
            bend += turn * turn;
            (zero, step, turn)
        })
        .collect();
    // Length one is the second step itself.
    let length = if bend > 0.0 {
        sqrt(first / bend).max(1.0)
    } else {
        1.0
    };
    let mut moved = steps
        .into_iter()
        .map(|(zero, step, turn)| exp(zero + 2.0 * length * step + length * length * turn));
    let mut next = |old: f64| match moved.next() {
        // NaN stays NaN, and what is zero stays zero.
        Some(rate) if old > 0.0 => rate.clamp(old / LONGEST_JUMP, old * LONGEST_JUMP),
        _ => old,
    };
    let baseline = next(two.baseline);
    let kernels = two.kernels.iter().map(|old| Kernel {
        effect: next(old.effect),
        decay: seen.bounded(next(old.decay)),
    });
    Rates {
        baseline,
        kernels: kernels.collect(),
    }
}
