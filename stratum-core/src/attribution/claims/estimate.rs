//! How sure is a number? A value with its standard error, and the two ends of an interval.

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use crate::numeric::interval::Interval;

/// Why two numbers are no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum EstimateError {
    /// The value is NaN or infinite.
    #[error("expected a finite value, not {0}")]
    ValueNotFinite(f64),
    /// The standard error is NaN, infinite or below zero.
    #[error("expected a finite standard error of zero or more, not {0}")]
    NoStandardError(f64),
    /// The ends of an interval are not finite or not in order.
    #[error("expected an interval with finite ends in order, not {low} to {high}")]
    NoInterval {
        /// The lower end that was given.
        low: f64,
        /// The upper end that was given.
        high: f64,
    },
    /// The share an interval holds is not between zero and one.
    #[error("expected a level between 0 and 1, such as 0.95, not {0}")]
    NoLevel(f64),
}

impl EstimateError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ValueNotFinite(_) => "attribution.estimate.value_not_finite",
            Self::NoStandardError(_) => "attribution.estimate.no_standard_error",
            Self::NoInterval { .. } => "attribution.estimate.no_interval",
            Self::NoLevel(_) => "attribution.estimate.no_level",
        }
    }
}

/// A number with its standard error. Both are finite; the error is zero when the number is exact.
///
/// ```
/// use stratum_core::attribution::claims::estimate::Estimate;
/// let lift = Estimate::new(400.0, 50.0).unwrap();
/// assert_eq!(lift.variance(), 2500.0);
/// assert!(Estimate::new(f64::NAN, 1.0).is_err());
/// assert!(Estimate::new(400.0, -1.0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenEstimate")]
pub struct Estimate {
    value: f64,
    standard_error: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEstimate {
    value: f64,
    standard_error: f64,
}

impl TryFrom<WrittenEstimate> for Estimate {
    type Error = EstimateError;
    fn try_from(written: WrittenEstimate) -> Result<Self, EstimateError> {
        Self::new(written.value, written.standard_error)
    }
}

impl Estimate {
    /// Nothing, exactly.
    pub const ZERO: Self = Self {
        value: 0.0,
        standard_error: 0.0,
    };

    /// Checks both numbers.
    ///
    /// # Errors
    /// [`EstimateError`] when one is not finite or the standard error is below zero.
    pub fn new(value: f64, standard_error: f64) -> Result<Self, EstimateError> {
        if !value.is_finite() {
            return Err(EstimateError::ValueNotFinite(value));
        }
        if !(standard_error.is_finite() && standard_error >= 0.0) {
            return Err(EstimateError::NoStandardError(standard_error));
        }
        Ok(Self {
            value: value + 0.0,
            standard_error: standard_error + 0.0,
        })
    }

    /// A number without an error.
    ///
    /// # Errors
    /// [`EstimateError::ValueNotFinite`].
    pub fn exact(value: f64) -> Result<Self, EstimateError> {
        Self::new(value, 0.0)
    }

    /// From a value and a symmetric interval that holds it with probability `level`: the standard error is half the width over
    /// the normal quantile. An interval that is not symmetric is treated as if it were.
    ///
    /// ```
    /// use stratum_core::attribution::claims::estimate::Estimate;
    /// let lift = Estimate::from_interval(400.0, 302.0, 498.0, 0.95).unwrap();
    /// assert!((lift.standard_error() - 50.0).abs() < 0.01);
    /// ```
    ///
    /// # Errors
    /// [`EstimateError`] when the ends are not finite or not in order, or the level is not between zero and one.
    pub fn from_interval(
        value: f64,
        low: f64,
        high: f64,
        level: f64,
    ) -> Result<Self, EstimateError> {
        if !(low.is_finite() && high.is_finite() && low <= high) {
            return Err(EstimateError::NoInterval { low, high });
        }
        if !(level > 0.0 && level < 1.0) {
            return Err(EstimateError::NoLevel(level));
        }
        let reach = crate::numeric::reach::normal(level);
        Self::new(value, (high / 2.0 - low / 2.0) / reach)
    }

    /// The number.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Its standard error.
    #[must_use]
    pub const fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The square of the standard error.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.standard_error * self.standard_error
    }
}
