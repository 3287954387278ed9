//! What comes in? Amounts to be scaled and tests to scale them by, checked field by field.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;

use serde::{Deserialize, Serialize};

use super::error::{CalibrationError, CalibrationRefused};
use crate::attribution::claims::estimate::Estimate;
use crate::customer::journey::MAX_NAME_BYTES;
use crate::numeric::reach;
use crate::vocabulary::Currency;

/// The most amounts, and the most tests.
pub const MAX_ROWS: usize = 100_000;
/// The largest amount or error: the largest amount of money there is, in thousandths.
pub const MAX_AMOUNT: f64 = 1e15;
/// The largest factor or error of one.
pub const MAX_FACTOR: f64 = 1e9;

/// What is counted.
///
/// ```
/// use stratum_core::attribution::claims::calibration::Unit;
/// assert_eq!(serde_json::to_string(&Unit::Conversions).unwrap(), r#""conversions""#);
/// let euros = Unit::Minor("EUR".parse().unwrap());
/// assert_eq!(serde_json::to_string(&euros).unwrap(), r#"{"minor":"EUR"}"#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Conversions.
    Conversions,
    /// Money, in the smallest unit of this currency.
    Minor(Currency),
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conversions => f.write_str("conversions"),
            Self::Minor(currency) => write!(f, "the smallest unit of {currency}"),
        }
    }
}

/// What attribution gave one channel.
///
/// ```
/// use stratum_core::attribution::claims::calibration::Attributed;
/// let row = r#"{"channel":"tv","amount":{"value":1200.0,"standard_error":0.0}}"#;
/// let attributed: Attributed = serde_json::from_str(row).unwrap();
/// assert_eq!(attributed.amount.value(), 1200.0);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributed {
    /// Its name.
    pub channel: String,
    /// How much, zero or more, with the error of the attribution where it has one.
    pub amount: Estimate,
}

/// The result of one incrementality test.
///
/// ```
/// use stratum_core::attribution::claims::calibration::{LiftTest, Unit};
/// let row = r#"{
///     "channel": "tv",
///     "unit": {"minor": "EUR"},
///     "incremental": {"value": 500000.0, "standard_error": 90000.0},
///     "attributed": {"value": 800000.0, "standard_error": 0.0}
/// }"#;
/// let test: LiftTest = serde_json::from_str(row).unwrap();
/// assert_eq!(test.unit, Unit::Minor("EUR".parse().unwrap()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftTest {
    /// Which channel was held back.
    pub channel: String,
    /// What was counted.
    pub unit: Unit,
    /// What the channel added in the test, of either sign, with its standard error.
    pub incremental: Estimate,
    /// What attribution gave the channel over the same time, places and persons.
    pub attributed: Estimate,
}

fn refuses(path: String, why: CalibrationRefused) -> CalibrationError {
    CalibrationError { path, why }
}

pub(super) fn reach_of(level: f64) -> Result<f64, CalibrationError> {
    if level > 0.0 && level < 1.0 {
        Ok(reach::normal(level))
    } else {
        Err(refuses(
            "level".to_owned(),
            CalibrationRefused::NoLevel(level),
        ))
    }
}

pub(super) fn check_counts(
    attributed: &[Attributed],
    tests: &[LiftTest],
) -> Result<(), CalibrationError> {
    for (list, rows) in [("attributed", attributed.len()), ("tests", tests.len())] {
        if rows > MAX_ROWS {
            return Err(refuses(list.to_owned(), CalibrationRefused::TooManyRows));
        }
    }
    if attributed.is_empty() && tests.is_empty() {
        return Err(refuses(
            "attributed".to_owned(),
            CalibrationRefused::Nothing,
        ));
    }
    Ok(())
}

fn check_name(list: &str, number: usize, name: &str) -> Result<(), CalibrationError> {
    let sound = !name.is_empty() && name.len() <= MAX_NAME_BYTES;
    if sound && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        let path = format!("{list}[{number}].channel");
        Err(refuses(path, CalibrationRefused::BadName))
    }
}

fn check_size(path: impl Fn() -> String, amount: &Estimate) -> Result<(), CalibrationError> {
    let largest = amount.value().abs().max(amount.standard_error());
    if largest <= MAX_AMOUNT {
        Ok(())
    } else {
        Err(refuses(path(), CalibrationRefused::TooLarge(largest)))
    }
}

pub(super) fn check_attributed(number: usize, row: &Attributed) -> Result<(), CalibrationError> {
    check_name("attributed", number, &row.channel)?;
    let path = || format!("attributed[{number}].amount");
    check_size(path, &row.amount)?;
    if row.amount.value() < 0.0 {
        let why = CalibrationRefused::Negative(row.amount.value());
        return Err(refuses(path(), why));
    }
    Ok(())
}

pub(super) fn repeated(number: usize, channel: &str) -> CalibrationError {
    let channel = channel.to_string();
    let why = CalibrationRefused::Repeated { channel };
    refuses(format!("attributed[{number}].channel"), why)
}

pub(super) fn check_test(
    number: usize,
    test: &LiftTest,
    unit: Unit,
    reach: f64,
) -> Result<(), CalibrationError> {
    check_name("tests", number, &test.channel)?;
    if test.unit != unit {
        let why = CalibrationRefused::OtherUnit {
            expected: unit,
            found: test.unit,
        };
        return Err(refuses(format!("tests[{number}].unit"), why));
    }
    check_size(|| format!("tests[{number}].incremental"), &test.incremental)?;
    let path = || format!("tests[{number}].attributed");
    check_size(path, &test.attributed)?;
    let value = test.attributed.value();
    let reach = test.attributed.standard_error() * reach;
    if value - reach <= 0.0 {
        return Err(refuses(
            path(),
            CalibrationRefused::NotAboveZero { value, reach },
        ));
    }
    Ok(())
}

/// A factor and its variance that are numbers one can go on with.
pub(super) fn within_range(
    number: usize,
    (factor, variance): (f64, f64),
) -> Result<(f64, f64), CalibrationError> {
    let largest = factor.abs().max(crate::numeric::sqrt(variance));
    if largest <= MAX_FACTOR {
        Ok((factor, variance))
    } else {
        let why = CalibrationRefused::FactorTooLarge(largest);
        Err(refuses(format!("tests[{number}]"), why))
    }
}
