//! Where is a smooth function of a few numbers highest, and is there a top at all? Newton's steps, bent where there is no top to aim at.
//!
//! The function says its height, its slope and its curvature. A climb ends at a top, where the curvature is that of a top and a step
//! of Newton's no longer moves; or it reports which number runs away. Not here: which of several tops is the highest.

use alloc::vec::Vec;

use super::matrix::Matrix;

const STEPS_MAX: u32 = 300;
/// The longest step that is taken along any number.
const LONGEST_STEP: f64 = 2.0;
/// Nearer than this a step of Newton's has arrived: its error is then about the square.
const ARRIVED: f64 = 1e-8;
/// Heights this near, relative to their size, are the same but for rounding.
const ROUNDING: f64 = 1e-12;
/// How far the curvature is bent, in parts of its largest cell.
const BENDS: [f64; 7] = [0.0, 1e-6, 1e-4, 1e-2, 1e-1, 1.0, 10.0];

/// A function seen from one place.
pub(crate) struct Look {
    pub(crate) height: f64,
    pub(crate) slope: Vec<f64>,
    /// Minus the second derivatives.
    pub(crate) information: Matrix,
}

/// How a climb ended.
pub(crate) enum Climb {
    /// At a top.
    Top {
        at: Vec<f64>,
        height: f64,
        /// The inverse of the information.
        covariance: Vec<Vec<f64>>,
        /// How often the function was looked at.
        looks: u32,
    },
    /// Nowhere: this number, counted from zero, runs off.
    RunsOff {
        number: usize,
        at: Vec<f64>,
        height: f64,
        looks: u32,
    },
}

impl Climb {
    pub(crate) const fn height(&self) -> f64 {
        let (Self::Top { height, .. } | Self::RunsOff { height, .. }) = self;
        *height
    }

    pub(crate) fn at(&self) -> &[f64] {
        let (Self::Top { at, .. } | Self::RunsOff { at, .. }) = self;
        at
    }

    pub(crate) const fn looks(&self) -> u32 {
        let (Self::Top { looks, .. } | Self::RunsOff { looks, .. }) = self;
        *looks
    }
}

/// Climbs from a place. A number that gets as far as `edge` on either side of zero has run off.
pub(crate) fn climb(start: &[f64], edge: f64, mut look: impl FnMut(&[f64]) -> Look) -> Climb {
    let mut at = start.to_vec();
    let mut here = look(&at);
    let mut least_bend = 0;
    let mut looks = 1;
    while looks < STEPS_MAX {
        let Some((bend, mut step)) = bent_step(&here, least_bend) else {
            break;
        };
        let longest = step.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if longest < ARRIVED {
            let factor = (bend == 0).then(|| here.information.clone().factor());
            match factor.flatten() {
                Some(factor) => {
                    return Climb::Top {
                        at,
                        height: here.height,
                        covariance: factor.inverse(),
                        looks,
                    };
                }
                // Flat, and not a top.
                None => break,
            }
        }
        if longest > LONGEST_STEP {
            step.iter_mut().for_each(|x| *x *= LONGEST_STEP / longest);
        }
        let next: Vec<f64> = at
            .iter()
            .zip(&step)
            .map(|(x, move_by)| x + move_by)
            .collect();
        let there = look(&next);
        looks += 1;
        if there.height >= here.height - ROUNDING * here.height.abs() {
            (at, here) = (next, there);
            least_bend = bend.saturating_sub(1);
        } else if bend + 1 < BENDS.len() {
            least_bend = bend + 1;
        } else {
            break;
        }
        if at.iter().any(|x| x.abs() > edge) {
            break;
        }
    }
    let far = at.iter().map(|x| x.abs()).enumerate();
    let number = far
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0, |one| one.0);
    Climb::RunsOff {
        number,
        height: here.height,
        at,
        looks,
    }
}

/// Newton's step with as little bending as makes the curvature that of a top, from the one asked for on; and how much that was.
fn bent_step(here: &Look, least_bend: usize) -> Option<(usize, Vec<f64>)> {
    let size = here.slope.len();
    let cells = (0..size).map(|at| here.information.at(at, at).abs());
    let largest = cells.fold(f64::MIN_POSITIVE, f64::max);
    let bends = BENDS.iter().enumerate().skip(least_bend);
    bends
        .map(|(number, bend)| {
            let mut bent = here.information.clone();
            for at in 0..size {
                bent.add(at, at, bend * largest);
            }
            bent.factor()
                .map(|factor| (number, factor.solve(&here.slope)))
        })
        .find_map(|step| step.filter(|(_, step)| step.iter().all(|x| x.is_finite())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::functions::exp;

    fn look(height: f64, slope: [f64; 2], information: [[f64; 2]; 2]) -> Look {
        let mut matrix = Matrix::zero(2);
        for (row, cells) in information.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                matrix.add(row, column, *cell);
            }
        }
        Look {
            height,
            slope: slope.into(),
            information: matrix,
        }
    }

    #[test]
    fn a_top_is_found_from_where_the_ground_is_not_curved_like_one() {
        // −cosh(x − 1) with a bump, and a parabola: its only top is near (1, 2).
        let hill = |at: &[f64]| {
            let (x, y) = (at[0] - 1.0, at[1] - 2.0);
            let bell = exp(-x * x / 2.0);
            look(
                bell - y * y / 2.0,
                [-x * bell, -y],
                [[(1.0 - x * x) * bell, 0.0], [0.0, 1.0]],
            )
        };
        let Climb::Top { at, covariance, .. } = climb(&[4.0, -3.0], 14.0, hill) else {
            panic!("there is a top");
        };
        assert!((at[0] - 1.0).abs() < 1e-12 && (at[1] - 2.0).abs() < 1e-12);
        assert!((covariance[0][0] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_rises_for_ever_is_named_with_its_direction() {
        let ramp = |at: &[f64]| {
            let tail = exp(at[0]);
            look(
                -tail - at[1] * at[1],
                [-tail, -2.0 * at[1]],
                [[tail, 0.0], [0.0, 2.0]],
            )
        };
        let climb = climb(&[0.0, 1.0], 14.0, ramp);
        let Climb::RunsOff { number, at, .. } = climb else {
            panic!("there is no top");
        };
        assert_eq!((number, at[0] < 0.0), (0, true));
    }
}
