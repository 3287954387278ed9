//! How sure are the rates? The observed information: how sharply the log-likelihood falls around its top.
//!
//! Second derivatives by the logarithms of the rates, so that an interval cannot reach below zero. A rate responsible for less than
//! one conversion, or at the edge of its range, has no such error and takes no part.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::climb::Stand;
use super::sweep::{Kernel, Seen, touches};
use crate::customer::journey::{Journey, Outcome};
use crate::numeric::functions::{exp, sqrt};
use crate::numeric::matrix::Matrix;

/// With more free rates than this no errors are computed: the matrix would be larger than the journeys are worth.
pub(super) const MOST_RATES: usize = 512;
/// From how many conversions on a rate is sure enough of being more than zero.
pub(super) const FEWEST_CONVERSIONS: f64 = 1.0;
/// How far inside its range a decay has to lie.
const INSIDE: f64 = 1e-6;

/// The standard errors of the logarithms, where there are any.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Errors {
    pub(super) baseline: Option<f64>,
    /// Of effect and decay, by the number of the channel.
    pub(super) kernels: Vec<(Option<f64>, Option<f64>)>,
}

/// The place of each free rate in the matrix.
pub(super) struct Places {
    pub(super) baseline: Option<usize>,
    pub(super) kernels: Vec<(Option<usize>, Option<usize>)>,
    pub(super) free: usize,
}

pub(super) fn inside(seen: &Seen<'_>, decay: f64) -> bool {
    let (slowest, fastest) = seen.decays;
    decay > slowest * (1.0 + INSIDE) && decay < fastest * (1.0 - INSIDE)
}

pub(super) fn places(seen: &Seen<'_>, top: &Stand, fewest: f64) -> Places {
    let mut free = 0;
    let mut place = |is_free: bool| {
        let next = is_free.then_some(free);
        free += usize::from(is_free);
        next
    };
    let baseline = place(top.sums.baseline_hits >= fewest);
    let kernels = top.rates.kernels.iter().zip(&top.sums.channels);
    let kernels = kernels
        .map(|(kernel, sums)| {
            let known = sums.hits >= fewest;
            (place(known), place(known && inside(seen, kernel.decay)))
        })
        .collect();
    Places {
        baseline,
        kernels,
        free,
    }
}

/// The errors at the top of a climb.
pub(super) fn errors(seen: &Seen<'_>, top: &Stand) -> Errors {
    let places = places(seen, top, FEWEST_CONVERSIONS);
    let factor = (places.free <= MOST_RATES)
        .then(|| information(seen, top, &places).factor())
        .flatten();
    let variances = factor.map_or_else(Vec::new, |factor| factor.inverse_diagonal());
    let error = |place: Option<usize>| {
        let variance = variances.get(place?).copied();
        variance.filter(|x| x.is_finite()).map(sqrt)
    };
    let kernels = places.kernels.iter();
    Errors {
        baseline: error(places.baseline),
        kernels: kernels.map(|(a, b)| (error(*a), error(*b))).collect(),
    }
}

/// What a touch, or all touches of a channel in a journey, have of a quantity and its derivatives by the two logarithms. The
/// first one by the effect and the second one are the quantity itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Derivatives {
    pub(super) value: f64,
    pub(super) by_decay: f64,
    by_decay_twice: f64,
}

impl Derivatives {
    /// Of the rate at a conversion: effect · decay · exp(−decay · time).
    pub(super) fn of_rate(kernel: &Kernel, time: f64) -> Self {
        let reach = kernel.decay * time;
        let value = kernel.effect * kernel.decay * exp(-reach);
        Self {
            value,
            by_decay: value * (1.0 - reach),
            by_decay_twice: value * ((1.0 - reach) * (1.0 - reach) - reach),
        }
    }

    /// Of the exposure: effect · (1 − exp(−decay · time)).
    pub(super) fn of_exposure(kernel: &Kernel, time: f64) -> Self {
        let reach = kernel.decay * time;
        let tail = exp(-reach);
        let by_decay = kernel.effect * reach * tail;
        Self {
            value: kernel.effect * (1.0 - tail),
            by_decay,
            by_decay_twice: by_decay * (1.0 - reach),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.value += other.value;
        self.by_decay += other.by_decay;
        self.by_decay_twice += other.by_decay_twice;
    }
}

pub(super) fn information(seen: &Seen<'_>, top: &Stand, places: &Places) -> Matrix {
    let mut matrix = Matrix::zero(places.free);
    let rates = &top.rates;
    let mut exposures = alloc::vec![Derivatives::default(); rates.kernels.len()];
    for journey in seen.journeys.iter() {
        for (code, seconds) in touches(&journey) {
            let place = usize::from(code);
            if let (Some(sum), Some(kernel)) = (exposures.get_mut(place), rates.kernels.get(place))
            {
                let time = seen.time(seconds);
                sum.add(Derivatives::of_exposure(kernel, time));
            }
        }
        if journey.outcome == Outcome::Converted {
            at_conversion(seen, top, places, &journey, &mut matrix);
        }
    }
    if let Some(place) = places.baseline {
        matrix.add(place, place, rates.baseline * seen.person_seconds);
    }
    for (place, sum) in places.kernels.iter().zip(&exposures) {
        add_block(&mut matrix, *place, sum, 1.0);
    }
    matrix
}

/// Minus the second derivatives of the logarithm of the rate at one conversion.
fn at_conversion(
    seen: &Seen<'_>,
    top: &Stand,
    places: &Places,
    journey: &Journey<'_>,
    matrix: &mut Matrix,
) {
    let mut of_channels: BTreeMap<usize, Derivatives> = BTreeMap::new();
    let mut rate = top.rates.baseline;
    for (code, seconds) in touches(journey) {
        let place = usize::from(code);
        let Some(kernel) = top.rates.kernels.get(place) else {
            continue;
        };
        let part = Derivatives::of_rate(kernel, seen.time(seconds));
        rate += part.value;
        of_channels.entry(place).or_default().add(part);
    }
    if rate <= 0.0 {
        return;
    }
    let mut slopes: Vec<(usize, f64)> = Vec::new();
    if let Some(place) = places.baseline {
        let part = top.rates.baseline / rate;
        slopes.push((place, part));
        matrix.add(place, place, -part);
    }
    for (channel, sum) in &of_channels {
        let Some(pair) = places.kernels.get(*channel) else {
            continue;
        };
        add_block(matrix, *pair, sum, -1.0 / rate);
        slopes.extend(pair.0.map(|place| (place, sum.value / rate)));
        slopes.extend(pair.1.map(|place| (place, sum.by_decay / rate)));
    }
    for (row, left) in &slopes {
        for (column, right) in &slopes {
            matrix.add(*row, *column, left * right);
        }
    }
}

/// The second derivatives of one channel.
fn add_block(
    matrix: &mut Matrix,
    (effect, decay): (Option<usize>, Option<usize>),
    sum: &Derivatives,
    times: f64,
) {
    if let Some(effect) = effect {
        matrix.add(effect, effect, sum.value * times);
        if let Some(decay) = decay {
            matrix.add(effect, decay, sum.by_decay * times);
            matrix.add(decay, effect, sum.by_decay * times);
            matrix.add(decay, decay, sum.by_decay_twice * times);
        }
    }
}
