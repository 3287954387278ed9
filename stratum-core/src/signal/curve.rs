//! Which score does a measured value earn? A monotone, piecewise linear curve that belongs to the policy.
//!
//! Continuous by construction, so that no hair's breadth in a reading makes a jump in a score.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::vocabulary::{Bounds, Score};

/// The largest number of points of a curve.
pub const MAX_POINTS: usize = 16;
/// The largest value of a point, either way: differences of such values stay exact enough to divide by.
const MOST: f64 = 1e15;

/// Why points do not make a curve.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum CurveError {
    /// Too few or too many points.
    #[error("a curve has 2 to {MAX_POINTS} points, this one has {0}")]
    Points(usize),
    /// A value is not a number or beyond 1e15 either way, or a score is outside 0 to 100.
    #[error("point {0} is not a value of at most 1e15 with a score from 0 to 100")]
    NotAScore(usize),
    /// The values do not increase.
    #[error("the value of point {0} is not above the one before")]
    NotIncreasing(usize),
    /// The scores go up and down.
    #[error("the scores go up and down; they must only rise or only fall")]
    NotMonotone,
}

/// Points (value, score); between them the score is linear, outside it stays at the nearest point's.
///
/// ```
/// use stratum_core::signal::Curve;
/// let loss = Curve::new(vec![(0.0, 100.0), (0.1, 70.0), (0.2, 40.0)]).unwrap();
/// assert_eq!(loss.score(0.05).value(), 85.0);
/// assert_eq!(loss.score(7.0).value(), 40.0);
/// assert_eq!(loss.value_reaching(70.0), Some(0.1));
/// assert_eq!(loss.value_reaching(10.0), Some(0.2));
/// assert!(Curve::new(vec![(0.0, 1.0), (1.0, 5.0), (2.0, 3.0)]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(f64, f64)>", into = "Vec<(f64, f64)>")]
pub struct Curve {
    points: Vec<(f64, f64)>,
}

impl Curve {
    /// Checks the points and makes the curve.
    ///
    /// # Errors
    /// [`CurveError`], naming the first point that is wrong.
    pub fn new(points: Vec<(f64, f64)>) -> Result<Self, CurveError> {
        if !(2..=MAX_POINTS).contains(&points.len()) {
            return Err(CurveError::Points(points.len()));
        }
        for (index, (value, score)) in points.iter().enumerate() {
            let reasonable = (-MOST..=MOST).contains(value);
            if !reasonable || Score::new(*score).is_err() {
                return Err(CurveError::NotAScore(index));
            }
        }
        let steps = || points.iter().zip(points.iter().skip(1));
        if let Some(index) = steps().position(|(a, b)| b.0 <= a.0) {
            return Err(CurveError::NotIncreasing(index + 1));
        }
        if steps().any(|(a, b)| b.1 > a.1) && steps().any(|(a, b)| b.1 < a.1) {
            return Err(CurveError::NotMonotone);
        }
        Ok(Self { points })
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The score of a value; NaN earns the worst score.
    #[must_use]
    pub fn score(&self, value: f64) -> Score {
        if value.is_nan() {
            return Score::WORST;
        }
        let mut before: Option<(f64, f64)> = None;
        for &(x, y) in &self.points {
            if value <= x {
                return Score::nearest(match before {
                    Some((x0, y0)) => y0 + (y - y0) * ((value - x0) / (x - x0)),
                    None => y,
                });
            }
            before = Some((x, y));
        }
        before.map_or(Score::WORST, |(_, y)| Score::nearest(y))
    }

    /// The scores of a range of values, in order.
    #[must_use]
    pub fn bounds(&self, from: f64, to: f64) -> Bounds {
        let (a, b) = (self.score(from), self.score(to));
        if a.value() <= b.value() {
            Bounds { low: a, high: b }
        } else {
            Bounds { low: b, high: a }
        }
    }

    /// The value nearest to the bad side that still earns `score`; none when the curve never does.
    #[must_use]
    pub fn value_reaching(&self, score: f64) -> Option<f64> {
        let worst = if self.rises() {
            self.points.first()
        } else {
            self.points.last()
        };
        if let Some((value, _)) = worst.filter(|(_, least)| score <= *least) {
            return Some(*value);
        }
        let crossing = |(a, b): (&(f64, f64), &(f64, f64))| {
            let (low, high) = if a.1 <= b.1 { (a.1, b.1) } else { (b.1, a.1) };
            if score < low || score > high {
                return None;
            }
            if a.1 == b.1 {
                return Some(if self.rises() { a.0 } else { b.0 });
            }
            Some(a.0 + (b.0 - a.0) * ((score - a.1) / (b.1 - a.1)))
        };
        let steps = self.points.iter().zip(self.points.iter().skip(1));
        if self.rises() {
            steps.map(crossing).find_map(|x| x)
        } else {
            steps.rev().find_map(crossing)
        }
    }

    fn rises(&self) -> bool {
        match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => last.1 >= first.1,
            _ => true,
        }
    }
}

impl TryFrom<Vec<(f64, f64)>> for Curve {
    type Error = CurveError;
    fn try_from(points: Vec<(f64, f64)>) -> Result<Self, CurveError> {
        Self::new(points)
    }
}

impl From<Curve> for Vec<(f64, f64)> {
    fn from(curve: Curve) -> Self {
        curve.points
    }
}
