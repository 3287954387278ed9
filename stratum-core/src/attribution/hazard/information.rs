//! How sure are the rates? The observed information: how sharply the log-likelihood falls around its top.
//!
//! Second derivatives by the logarithms of the rates, so that an interval cannot reach below zero. A rate responsible for less than
//! one conversion, or at the edge of its range, has no such error and takes no part.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::climb::Stand;
use super::sweep::{Kernel, Rates, Seen, touches};
use crate::customer::journey::{Journey, Outcome};
use crate::numeric::functions::{exp, from_u64, sqrt};

/// With more free rates than this no errors are computed: the matrix would be larger than the journeys are worth.
const MOST_RATES: usize = 512;
/// From how many conversions on a rate is sure enough of being more than zero.
const FEWEST_CONVERSIONS: f64 = 1.0;
/// The longest step of a logarithm that is tried.
const LONGEST_STEP: f64 = 2.0;
/// The same for a step that is only tried.
const ENOUGH_TO_TRY: f64 = 1e-3;
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
struct Places {
    baseline: Option<usize>,
    kernels: Vec<(Option<usize>, Option<usize>)>,
    free: usize,
}

pub(super) fn inside(seen: &Seen<'_>, decay: f64) -> bool {
    let (slowest, fastest) = seen.decays;
    decay > slowest * (1.0 + INSIDE) && decay < fastest * (1.0 - INSIDE)
}

fn places(seen: &Seen<'_>, top: &Stand, fewest: f64) -> Places {
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

fn factored(seen: &Seen<'_>, at: &Stand, places: &Places) -> Option<Matrix> {
    if places.free > MOST_RATES {
        return None;
    }
    information(seen, at, places).factor()
}

/// The errors at the top of a climb.
pub(super) fn errors(seen: &Seen<'_>, top: &Stand) -> Errors {
    let places = places(seen, top, FEWEST_CONVERSIONS);
    let variances = factored(seen, top, &places).map(|factor| factor.inverse_diagonal());
    let variances = variances.unwrap_or_default();
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

/// Newton's step: where the likelihood would be highest if its curvature stayed as it is here. Near the top it is nearly there;
/// elsewhere it may be anywhere, so it has to be tried. None where the likelihood is not curved like a top.
pub(super) fn newton(seen: &Seen<'_>, here: &Stand) -> Option<Rates> {
    let places = places(seen, here, ENOUGH_TO_TRY);
    let factor = factored(seen, here, &places)?;
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

/// What a touch, or all touches of a channel in a journey, have of a quantity and its derivatives by the two logarithms. The
/// first one by the effect and the second one are the quantity itself.
#[derive(Debug, Clone, Copy, Default)]
struct Derivatives {
    value: f64,
    by_decay: f64,
    by_decay_twice: f64,
}

impl Derivatives {
    /// Of the rate at a conversion: effect · decay · exp(−decay · time).
    fn of_rate(kernel: &Kernel, time: f64) -> Self {
        let reach = kernel.decay * time;
        let value = kernel.effect * kernel.decay * exp(-reach);
        Self {
            value,
            by_decay: value * (1.0 - reach),
            by_decay_twice: value * ((1.0 - reach) * (1.0 - reach) - reach),
        }
    }

    /// Of the exposure: effect · (1 − exp(−decay · time)).
    fn of_exposure(kernel: &Kernel, time: f64) -> Self {
        let reach = kernel.decay * time;
        let tail = exp(-reach);
        let by_decay = kernel.effect * reach * tail;
        Self {
            value: kernel.effect * (1.0 - tail),
            by_decay,
            by_decay_twice: by_decay * (1.0 - reach),
        }
    }

    fn add(&mut self, other: Self) {
        self.value += other.value;
        self.by_decay += other.by_decay;
        self.by_decay_twice += other.by_decay_twice;
    }
}

fn information(seen: &Seen<'_>, top: &Stand, places: &Places) -> Matrix {
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
        matrix.add_block(*place, sum, 1.0);
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
        matrix.add_block(*pair, sum, -1.0 / rate);
        slopes.extend(pair.0.map(|place| (place, sum.value / rate)));
        slopes.extend(pair.1.map(|place| (place, sum.by_decay / rate)));
    }
    for (row, left) in &slopes {
        for (column, right) in &slopes {
            matrix.add(*row, *column, left * right);
        }
    }
}

/// A symmetric matrix, row by row.
struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    fn zero(size: usize) -> Self {
        Self {
            size,
            cells: alloc::vec![0.0; size * size],
        }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        let cell = self.cells.get(row * self.size + column);
        cell.copied().unwrap_or(f64::NAN)
    }

    fn add(&mut self, row: usize, column: usize, x: f64) {
        if let Some(cell) = self.cells.get_mut(row * self.size + column) {
            *cell += x;
        }
    }

    fn set(&mut self, row: usize, column: usize, x: f64) {
        if let Some(cell) = self.cells.get_mut(row * self.size + column) {
            *cell = x;
        }
    }

    /// The second derivatives of one channel.
    fn add_block(
        &mut self,
        (effect, decay): (Option<usize>, Option<usize>),
        sum: &Derivatives,
        times: f64,
    ) {
        if let Some(effect) = effect {
            self.add(effect, effect, sum.value * times);
            if let Some(decay) = decay {
                self.add(effect, decay, sum.by_decay * times);
                self.add(decay, effect, sum.by_decay * times);
                self.add(decay, decay, sum.by_decay_twice * times);
            }
        }
    }

    /// Cholesky's lower factor; none when the matrix is not positive definite.
    fn factor(mut self) -> Option<Self> {
        for row in 0..self.size {
            for column in 0..=row {
                let mut left = self.at(row, column);
                for k in 0..column {
                    left -= self.at(row, k) * self.at(column, k);
                }
                if row == column {
                    // NaN is not above zero either.
                    if left.is_nan() || left <= 0.0 {
                        return None;
                    }
                    self.set(row, row, sqrt(left));
                } else {
                    self.set(row, column, left / self.at(column, column));
                }
            }
        }
        Some(self)
    }

    /// Of a factor: the solution of factor · x = right, of which the first `from` are known to be zero.
    fn forward(&self, from: usize, right: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(self.size - from);
        for row in from..self.size {
            let mut left = right(row);
            for (k, x) in (from..row).zip(&solved) {
                left -= self.at(row, k) * x;
            }
            solved.push(left / self.at(row, row));
        }
        solved
    }

    /// Of a factor: the solution of the whole system.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solved = self.forward(0, |row| right.get(row).copied().unwrap_or(0.0));
        for row in (0..self.size).rev() {
            let mut left = solved.get(row).copied().unwrap_or(0.0);
            for (k, x) in solved.iter().enumerate().skip(row + 1) {
                left -= self.at(k, row) * x;
            }
            if let Some(x) = solved.get_mut(row) {
                *x = left / self.at(row, row);
            }
        }
        solved
    }

    /// Of a factor: the diagonal of the whole's inverse. Column by column of the inverse factor; its squares sum to it.
    fn inverse_diagonal(&self) -> Vec<f64> {
        let unit = |at: usize| move |row: usize| if row == at { 1.0 } else { 0.0 };
        let column = |at: usize| self.forward(at, unit(at));
        (0..self.size)
            .map(|at| column(at).iter().map(|x| x * x).sum())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: [f64; 4]) -> Matrix {
        Matrix {
            size: 2,
            cells: cells.into(),
        }
    }

    #[test]
    fn the_inverse_of_a_matrix_known_by_hand() {
        // [[4, 2], [2, 3]] has the determinant 8 and the inverse [[3, -2], [-2, 4]] / 8.
        let factor = of([4.0, 2.0, 2.0, 3.0]).factor().unwrap();
        let diagonal = factor.inverse_diagonal();
        assert!((diagonal[0] - 0.375).abs() < 1e-15 && (diagonal[1] - 0.5).abs() < 1e-15);
        let solved = factor.solve(&[8.0, 0.0]);
        assert!((solved[0] - 3.0).abs() < 1e-14 && (solved[1] + 2.0).abs() < 1e-14);
    }

    #[test]
    fn a_flat_direction_has_no_error() {
        assert!(of([1.0; 4]).factor().is_none());
        assert!(of([f64::NAN; 4]).factor().is_none());
        assert!(
            Matrix::zero(0)
                .factor()
                .unwrap()
                .inverse_diagonal()
                .is_empty()
        );
    }
}
