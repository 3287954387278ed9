//! Why is nothing calibrated? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

use super::rows::{MAX_AMOUNT, MAX_FACTOR, MAX_ROWS, Unit};
use crate::customer::journey::MAX_NAME_BYTES;

/// What is wrong with a row or an argument.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CalibrationRefused {
    /// There is neither an amount nor a test.
    #[error("expected at least one row")]
    Nothing,
    /// There are too many rows.
    #[error("there may be at most {MAX_ROWS} rows of a kind")]
    TooManyRows,
    /// A channel has no name, a very long one, or one with control characters.
    #[error("a channel has a name of 1 to {MAX_NAME_BYTES} bytes without control characters")]
    BadName,
    /// A channel has two amounts.
    #[error("`{channel}` has an amount in an earlier row")]
    Repeated {
        /// Its name.
        channel: String,
    },
    /// The test counts something else, or another currency.
    #[error("expected {expected}, not {found}")]
    OtherUnit {
        /// What is to be scaled.
        expected: Unit,
        /// What was tested.
        found: Unit,
    },
    /// Attribution gives nothing or more.
    #[error("expected an amount of zero or more, not {0}")]
    Negative(f64),
    /// The amount a lift is divided by is zero, or its own interval reaches zero.
    #[error(
        "expected an attributed amount above zero with all of its interval, not {value} ± {reach}"
    )]
    NotAboveZero {
        /// The amount.
        value: f64,
        /// How far its interval reaches to either side.
        reach: f64,
    },
    /// An amount or its error is too large to be one.
    #[error("an amount and its error may be at most {MAX_AMOUNT:e}, not {0:e}")]
    TooLarge(f64),
    /// The lift is so large beside the attributed amount that one of the two is wrong.
    #[error("a factor and its error may be at most {MAX_FACTOR:e}, not {0:e}")]
    FactorTooLarge(f64),
    /// The level is no share.
    #[error("expected a level between 0 and 1, such as 0.95, not {0}")]
    NoLevel(f64),
}

/// What is wrong, and where.
///
/// ```
/// use stratum_core::attribution::claims::calibration::{Calibration, Unit};
/// let error = Calibration::of(Unit::Conversions, &[], &[], 1.5).unwrap_err();
/// assert_eq!(error.code(), "attribution.calibration.no_level");
/// assert_eq!(error.to_string(), "level: expected a level between 0 and 1, such as 0.95, not 1.5");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{path}: {why}")]
pub struct CalibrationError {
    pub(super) path: String,
    pub(super) why: CalibrationRefused,
}

impl CalibrationError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            CalibrationRefused::Nothing => "attribution.calibration.nothing",
            CalibrationRefused::TooManyRows => "attribution.calibration.too_many_rows",
            CalibrationRefused::BadName => "attribution.calibration.bad_name",
            CalibrationRefused::Repeated { .. } => "attribution.calibration.repeated",
            CalibrationRefused::OtherUnit { .. } => "attribution.calibration.other_unit",
            CalibrationRefused::Negative(_) => "attribution.calibration.negative",
            CalibrationRefused::NotAboveZero { .. } => "attribution.calibration.not_above_zero",
            CalibrationRefused::TooLarge(_) => "attribution.calibration.too_large",
            CalibrationRefused::FactorTooLarge(_) => "attribution.calibration.factor_too_large",
            CalibrationRefused::NoLevel(_) => "attribution.calibration.no_level",
        }
    }

    /// The field it is about, such as `tests[3].attributed`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &CalibrationRefused {
        &self.why
    }
}
