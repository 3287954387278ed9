//! From which places is a top looked for, and how sure are the parameters? The part that both models have in common.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::{LifetimeError, LifetimeRefused};
use crate::numeric::climb::{Climb, Look, climb};
use crate::numeric::functions::{exp, sqrt};
use crate::numeric::interval::Interval;
use crate::numeric::matrix::Matrix;

/// A parameter further from its natural scale than this, up or down, has run off.
const LN_EDGE: f64 = 13.8;
/// The range of parameters that a model may be written with.
pub(super) const PARAMETER_RANGE: (f64, f64) = (1e-6, 1e6);

/// How sure a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterError {
    /// The standard error, in the unit of the parameter.
    pub standard_error: f64,
    /// An interval on the scale of logarithms: value · exp(± reach · error of the logarithm).
    pub interval: Interval,
}

impl ParameterError {
    pub(super) fn of(value: f64, variance_of_log: f64, reach: f64) -> Self {
        let error = sqrt(variance_of_log);
        Self {
            standard_error: value * error,
            interval: Interval {
                low: value * exp(-reach * error),
                high: value * exp(reach * error),
            },
        }
    }
}

/// The highest place that is reached from several: from all of them on the whole, or where a part of it is given, on that part,
/// and on the whole from the best of these.
pub(super) fn highest<T, const N: usize>(
    starts: &[[f64; N]],
    part: Option<&T>,
    whole: &T,
    look: impl Fn(&T, &[f64]) -> Look,
) -> Climb {
    let seen = part.unwrap_or(whole);
    let mut best = climb(&[0.0; N], LN_EDGE, |at| look(seen, at));
    for start in starts {
        let next = climb(start, LN_EDGE, |at| look(seen, at));
        if is_better(&next, &best) {
            best = next;
        }
    }
    if part.is_none() {
        return best;
    }
    // A part without a top says nothing about the whole: begin inside.
    let inside: Vec<f64> = best.at().iter().map(|x| x.clamp(-6.0, 6.0)).collect();
    climb(&inside, LN_EDGE, |at| look(whole, at))
}

/// Higher by more than rounding; of equal heights a top is better than a way that leads off.
fn is_better(next: &Climb, best: &Climb) -> bool {
    let slack = 1e-9 * best.height().abs().max(1.0);
    let is_top = |climb: &Climb| matches!(climb, Climb::Top { .. });
    if next.height() > best.height() + slack {
        return true;
    }
    is_top(next) && !is_top(best) && next.height() >= best.height() - slack
}

/// The place, the height, the covariance of the logarithms and the looks of a top.
pub(super) type Top = (Vec<f64>, f64, Vec<Vec<f64>>, u32);

/// A top, or the refusal that names what runs off.
pub(super) fn top_of(climb: Climb, names: &[&'static str]) -> Result<Top, LifetimeError> {
    let looks = climb.looks();
    match climb {
        Climb::Top {
            at,
            height,
            covariance,
            ..
        } => {
            // Ground so level that a parameter may as well lie at the edge is no top, whatever the curvature's last bits say.
            let is_level = |(number, row): (usize, &Vec<f64>)| {
                let sound = |variance: &f64| *variance <= LN_EDGE * LN_EDGE;
                !row.get(number).is_some_and(sound)
            };
            let level = covariance.iter().enumerate().position(is_level);
            match level {
                Some(number) => Err(runs_off(number, &at, names)),
                None => Ok((at, height, covariance, looks)),
            }
        }
        Climb::RunsOff { number, at, .. } => Err(runs_off(number, &at, names)),
    }
}

fn runs_off(number: usize, at: &[f64], names: &[&'static str]) -> LifetimeError {
    let parameter = names.get(number).copied().unwrap_or_default();
    let upwards = at.get(number).is_some_and(|x| *x > 0.0);
    let why = LifetimeRefused::NoMaximum { parameter, upwards };
    LifetimeError::about("customers", why)
}

/// The slope and the information by the logarithms, from those by the parameters themselves. `curvature` has the cells of the upper triangle,
/// row by row.
pub(super) fn by_logarithms<const N: usize>(
    height: f64,
    parameters: [f64; N],
    slope: [f64; N],
    curvature: &[f64],
) -> Look {
    let mut information = Matrix::zero(N);
    let mut cells = curvature.iter();
    for (row, left) in parameters.iter().enumerate() {
        for (column, right) in parameters.iter().enumerate().skip(row) {
            let cell = -left * right * cells.next().copied().unwrap_or(f64::NAN);
            information.add(row, column, cell);
            if row != column {
                information.add(column, row, cell);
            }
        }
    }
    let slope: Vec<f64> = slope.iter().zip(parameters).map(|(s, x)| s * x).collect();
    for (at, slope) in slope.iter().enumerate() {
        information.add(at, at, -slope);
    }
    Look {
        height,
        slope,
        information,
    }
}

/// Rows of fixed length.
pub(super) fn square<const N: usize>(rows: &[Vec<f64>]) -> [[f64; N]; N] {
    core::array::from_fn(|row| {
        core::array::from_fn(|column| {
            let cells = rows.get(row).and_then(|cells| cells.get(column));
            cells.copied().unwrap_or(f64::NAN)
        })
    })
}

/// Refuses a level that is no share.
pub(super) fn check_level(level: f64) -> Result<(), LifetimeError> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let expected = "a share between 0 and 1";
    let why = LifetimeRefused::OutOfRange {
        expected,
        found: level,
    };
    Err(LifetimeError::about("level", why))
}

/// Refuses parameters that no fit gives, and a matrix that is no covariance.
pub(super) fn check_model<const N: usize>(
    model: &str,
    parameters: [(&str, f64); N],
    unbounded: &str,
    covariance: Option<&[[f64; N]; N]>,
) -> Result<(), LifetimeError> {
    for (name, found) in parameters {
        let (least, most) = PARAMETER_RANGE;
        let sound = if name == unbounded {
            found > 0.0 && found <= 1e15
        } else {
            (least..=most).contains(&found)
        };
        if !sound {
            let expected = "a parameter above zero, as a fit gives it";
            let why = LifetimeRefused::OutOfRange { expected, found };
            return Err(LifetimeError::about(alloc::format!("{model}.{name}"), why));
        }
    }
    let Some(cells) = covariance else {
        return Ok(());
    };
    let mut matrix = Matrix::zero(N);
    let mut symmetric = true;
    for (row, line) in cells.iter().enumerate() {
        for (column, cell) in line.iter().enumerate() {
            matrix.add(row, column, *cell);
            let mirrored = cells.get(column).and_then(|line| line.get(row));
            let apart = (cell - mirrored.copied().unwrap_or(f64::NAN)).abs();
            symmetric &= apart <= 1e-9 * cell.abs() && cell.abs() <= LN_EDGE * LN_EDGE;
        }
    }
    if symmetric && matrix.factor().is_some() {
        return Ok(());
    }
    Err(LifetimeError::about(
        alloc::format!("{model}.covariance_of_logs"),
        LifetimeRefused::NotACovariance,
    ))
}
