//! Where does the curvature say the top is? A step that ends a climb quickly where it is trusted, and is only tried elsewhere.

use super::climb::Stand;
use super::information::{MOST_RATES, Places, information, places};
use super::sweep::{Kernel, Rates, Seen};
use crate::numeric::functions::{exp, from_u64};
use crate::numeric::matrix::Matrix;

/// From how many conversions on a rate takes part.
const FEWEST_CONVERSIONS: f64 = 1e-3;
/// The longest step of a logarithm that is tried.
const LONGEST_STEP: f64 = 2.0;
/// The parts of the fuller curvature that are added, one after the other.
const BENDS: [f64; 6] = [0.0, 1e-3, 1e-2, 1e-1, 1.0, 10.0];

/// Newton's step: where the likelihood would be highest if its curvature stayed as it is here. Near the top it is nearly there;
/// elsewhere it may be anywhere, so it has to be tried. Where the likelihood is not curved like a top, it is bent into one: by the curvature it
/// would have if it were known who caused each conversion, in parts that grow until there is a top.
pub(super) fn newton(seen: &Seen<'_>, here: &Stand) -> Option<Rates> {
    let places = places(seen, here, FEWEST_CONVERSIONS);
    if places.free > MOST_RATES {
        return None;
    }
    let factor = bent(seen, here, &places)?;
    let mut slopes = alloc::vec![0.0; places.free];
    let mut set = |place: Option<usize>, slope: f64| {
        if let Some(cell) = place.and_then(|place| slopes.get_mut(place)) {
            *cell = slope;
        }
    };
    let (rates, sums) = (&here.rates, &here.sums);
    let of_baseline = sums.baseline_hits - rates.baseline * seen.person_seconds;
    set(places.baseline, of_baseline);
    let learned = rates.kernels.iter().zip(&sums.channels);
    for ((pair, touches), (kernel, sums)) in places.kernels.iter().zip(&seen.touches).zip(learned) {
        let exposure = from_u64(*touches) - sums.tails;
        set(pair.0, sums.hits - kernel.effect * exposure);
        let lags = sums.lags + kernel.effect * sums.tail_times;
        set(pair.1, sums.hits - kernel.decay * lags);
    }
    let steps = factor.solve(&slopes);
    let moved = |rate: f64, place: Option<usize>| {
        let step = place.and_then(|place| steps.get(place)).copied();
        rate * exp(step.unwrap_or(0.0).clamp(-LONGEST_STEP, LONGEST_STEP))
    };
    let kernels = rates.kernels.iter().zip(&places.kernels);
    let kernels = kernels.map(|(kernel, pair)| Kernel {
        effect: moved(kernel.effect, pair.0),
        decay: seen.bounded(moved(kernel.decay, pair.1)),
    });
    Some(Rates {
        baseline: moved(rates.baseline, places.baseline),
        kernels: kernels.collect(),
    })
}

fn bent(seen: &Seen<'_>, here: &Stand, places: &Places) -> Option<Matrix> {
    let matrix = information(seen, here, places);
    BENDS.into_iter().find_map(|bend| {
        let mut bent = matrix.clone();
        let mut add = |place: Option<usize>, hits: f64| {
            if let Some(place) = place {
                bent.add(place, place, bend * hits);
            }
        };
        add(places.baseline, here.sums.baseline_hits);
        for (pair, sums) in places.kernels.iter().zip(&here.sums.channels) {
            add(pair.0, sums.hits);
            add(pair.1, sums.hits);
        }
        bent.factor()
    })
}
