//! Was a channel left at zero only because its lag was a bad guess? The slope of the likelihood at zero, for a range of lags.
//!
//! The likelihood is concave in an effect, so that a slope of zero or less at zero effect says: not with this lag. In steps a
//! channel at zero would never find out.

use alloc::vec::Vec;

use super::climb::Stand;
use super::sweep::{Kernel, Rates, Seen, touches};
use crate::customer::journey::Outcome;
use crate::numeric::functions::{exp, from_u64, ln};

/// So many lags are tried, evenly spaced on a logarithmic scale from the fastest to the slowest.
const LAGS: u32 = 12;
/// By how much the slope has to exceed what zero effect balances.
const LIFT: f64 = 1e-3;

/// Hits per unit of effect, and exposure, for one lag.
#[derive(Debug, Clone, Copy)]
struct Trial {
    decay: f64,
    hits: f64,
    exposure: f64,
}

fn trials(seen: &Seen<'_>) -> Vec<Trial> {
    let (slowest, fastest) = seen.decays;
    let steps = from_u64(u64::from(LAGS - 1));
    let span = ln(fastest / slowest);
    let decay = |n: u32| slowest * exp(span * from_u64(u64::from(n)) / steps);
    let trial = |n| Trial {
        decay: seen.bounded(decay(n)),
        hits: 0.0,
        exposure: 0.0,
    };
    (0..LAGS).map(trial).collect()
}

/// The rates with every channel lifted that should not be at zero: with its best lag, and one conversion to begin with.
pub(super) fn overlooked(seen: &Seen<'_>, top: &Stand) -> Option<Rates> {
    let rates = &top.rates;
    // Only for channels at zero; the others have no trials.
    let mut of_channels: Vec<Vec<Trial>> = rates
        .kernels
        .iter()
        .map(|kernel| match kernel.effect > 0.0 {
            true => Vec::new(),
            false => trials(seen),
        })
        .collect();
    if of_channels.iter().all(Vec::is_empty) || seen.conversions == 0.0 {
        return None;
    }
    for journey in seen.journeys.iter() {
        let rate =
            (journey.outcome == Outcome::Converted).then(|| seen.rate_at_end(rates, &journey));
        for (code, seconds) in touches(&journey) {
            let time = seen.time(seconds);
            for trial in of_channels.get_mut(usize::from(code)).into_iter().flatten() {
                let tail = exp(-trial.decay * time);
                trial.exposure += 1.0 - tail;
                if let Some(rate) = rate {
                    trial.hits += trial.decay * tail / rate;
                }
            }
        }
    }
    let mut any = false;
    let lifted = of_channels
        .iter()
        .zip(&rates.kernels)
        .map(|(trials, kernel)| {
            let slope = |trial: &Trial| trial.hits / trial.exposure;
            let best = trials.iter().max_by(|a, b| slope(a).total_cmp(&slope(b)));
            match best.filter(|best| slope(best) > 1.0 + LIFT) {
                Some(best) => {
                    any = true;
                    Kernel {
                        effect: 1.0 / best.exposure,
                        decay: best.decay,
                    }
                }
                None => *kernel,
            }
        });
    let kernels = lifted.collect();
    any.then_some(Rates {
        baseline: rates.baseline,
        kernels,
    })
}
