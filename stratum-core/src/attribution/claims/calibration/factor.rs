//! How sure is a quotient, and how sure is a product? By the delta method.

use serde::{Deserialize, Serialize};

use crate::attribution::claims::estimate::{Estimate, Interval};
use crate::numeric::sqrt;

/// Whether a factor is shown to be different from zero.
///
/// ```
/// use stratum_core::attribution::claims::calibration::Finding;
/// assert_eq!(serde_json::to_string(&Finding::NotShown).unwrap(), r#""not_shown""#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The whole interval lies above zero.
    Adds,
    /// The interval holds zero: it is not shown that the channel adds anything.
    NotShown,
    /// The whole interval lies below zero.
    TakesAway,
}

/// Incremental over attributed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// The most likely value. It may be above one or below zero.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The interval around it.
    pub interval: Interval,
    /// What the interval says.
    pub finding: Finding,
}

/// A number with its error and interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The most likely value.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The interval around it.
    pub interval: Interval,
}

impl Amount {
    pub(super) fn new(value: f64, variance: f64, reach: f64) -> Self {
        let standard_error = sqrt(variance);
        Self {
            value,
            standard_error,
            interval: Interval::around(value, standard_error, reach),
        }
    }

    pub(super) fn of(estimate: &Estimate, reach: f64) -> Self {
        Self::new(estimate.value(), estimate.variance(), reach)
    }
}

impl Factor {
    pub(super) fn new(value: f64, variance: f64, reach: f64) -> Self {
        let standard_error = sqrt(variance);
        let interval = Interval::around(value, standard_error, reach);
        let finding = if interval.low > 0.0 {
            Finding::Adds
        } else if interval.high < 0.0 {
            Finding::TakesAway
        } else {
            Finding::NotShown
        };
        Self {
            value,
            standard_error,
            interval,
            finding,
        }
    }

    pub(super) fn variance(&self) -> f64 {
        self.standard_error * self.standard_error
    }

    /// The product of two independent numbers.
    pub(super) fn times(&self, amount: &Estimate, reach: f64) -> Amount {
        let a = amount.value();
        let variance = self.variance() * (a * a + amount.variance())
            + self.value * self.value * amount.variance();
        Amount::new(self.value * a, variance, reach)
    }
}

/// Incremental over attributed with its variance: (var I + f² · var A) / A², where both are independent. It also holds for a lift of
/// zero, which a formula of relative errors does not.
pub(super) fn ratio(incremental: &Estimate, attributed: &Estimate) -> (f64, f64) {
    let a = attributed.value();
    let factor = incremental.value() / a;
    let relative = attributed.standard_error() / a;
    let own = incremental.standard_error() / a;
    let carried = factor * relative;
    (factor, own * own + carried * carried)
}
