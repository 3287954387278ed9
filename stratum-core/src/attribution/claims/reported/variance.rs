//! How far is what a platform reports from an independent record? The difference as a share of the record.

use serde::{Deserialize, Serialize};

use super::error::{ReportedError, ReportedRefused};
use super::policy::{VarianceLevel, VariancePolicy};
use crate::attribution::claims::estimate::Interval;
use crate::numeric::functions::exp;
use crate::numeric::{from_decimal, from_u64, reach, sqrt, wilson};
use crate::vocabulary::{Money, MoneyError};

/// What one side says about a period.
///
/// ```
/// use stratum_core::attribution::claims::reported::Record;
/// let row = r#"{"revenue":{"amount":"950.00","currency":"EUR"},"conversions":19}"#;
/// let record: Record = serde_json::from_str(row).unwrap();
/// assert_eq!(record.conversions, Some(19));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// All revenue, zero or more.
    pub revenue: Money,
    /// How many conversions it came from, where that is known. Without it there is no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversions: Option<u64>,
}

/// How sure a variance is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// Between which ends it lies.
    pub interval: Interval,
    /// The level of the end, or of the point between, that is nearest to no difference.
    pub least: VarianceLevel,
    /// The level of the end farthest from it.
    pub most: VarianceLevel,
}

impl Reach {
    fn of(interval: Interval, policy: &VariancePolicy) -> Option<Self> {
        if !(interval.low.is_finite() && interval.high.is_finite()) {
            return None;
        }
        let (low, high) = (interval.low.abs(), interval.high.abs());
        let nearest = if interval.contains(0.0) {
            0.0
        } else {
            low.min(high)
        };
        Some(Self {
            interval,
            least: policy.level_of(nearest),
            most: policy.level_of(low.max(high)),
        })
    }
}

/// A variance that is a number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredVariance {
    /// (reported − independent) / independent: 0.2 is a fifth too much, −1 is nothing reported at all.
    pub value: f64,
    /// How large that is.
    pub level: VarianceLevel,
    /// How sure, where counts are known.
    pub reach: Option<Reach>,
}

/// A variance, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variance {
    /// The independent record holds something.
    Measured(MeasuredVariance),
    /// Something is reported and the independent record holds nothing: no share of nothing is a number. For conversions, the
    /// variance that the counts allow at the least.
    NothingIndependent {
        /// The lower end.
        at_least: Option<f64>,
    },
    /// Neither side holds anything: they agree about nothing, which says nothing.
    NothingAtAll,
}

/// The two sides beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Of revenue.
    pub revenue: Variance,
    /// Of conversions, where both sides count them.
    pub conversions: Option<Variance>,
    /// Reported less independent.
    pub difference: Money,
}

/// Sets what a platform reports beside an independent record of the same period and scope.
///
/// ```
/// use stratum_core::attribution::claims::reported::{Record, Variance, VariancePolicy, compare};
/// use stratum_core::vocabulary::Money;
/// let euros = |amount| Record { revenue: Money::parse(amount, "EUR").unwrap(), conversions: None };
/// let policy = VariancePolicy::baseline_2026_11();
/// let answer = compare(&euros("50.00"), &euros("0.00"), &policy).unwrap();
/// assert_eq!(answer.revenue, Variance::NothingIndependent { at_least: None });
/// ```
///
/// # Errors
/// [`ReportedError`] for another currency, an amount below zero, or a policy outside its range.
pub fn compare(
    reported: &Record,
    independent: &Record,
    policy: &VariancePolicy,
) -> Result<Comparison, ReportedError> {
    policy.check()?;
    for (side, record) in [("reported", reported), ("independent", independent)] {
        let value = record.revenue;
        if value.amount().is_sign_negative() && !value.amount().is_zero() {
            let path = alloc::format!("{side}.revenue");
            return Err(ReportedError::about(
                path,
                ReportedRefused::Negative { value },
            ));
        }
    }
    let difference = reported.revenue.minus(&independent.revenue);
    let difference = difference.map_err(|error| {
        let why = match error {
            MoneyError::DifferentCurrencies { left, right } => ReportedRefused::OtherCurrency {
                expected: left,
                found: right,
            },
            _ => ReportedRefused::TooMuchValue,
        };
        ReportedError::about("independent.revenue", why)
    })?;
    let counts = reported.conversions.zip(independent.conversions);
    let z = reach::normal(policy.level);
    let shares = (
        from_decimal(reported.revenue.amount()),
        from_decimal(independent.revenue.amount()),
    );
    let revenue = variance(shares, from_decimal(difference.amount()), policy, || {
        revenue_reach(shares, counts?, policy, z)
    });
    let conversions = counts.map(|(ours, theirs)| {
        let shares = (from_u64(ours), from_u64(theirs));
        let measured = variance(shares, shares.0 - shares.1, policy, || {
            Some(count_reach(shares, z))
        });
        match measured {
            Variance::NothingIndependent { .. } => Variance::NothingIndependent {
                at_least: Some(count_reach(shares, z).low),
            },
            other => other,
        }
    });
    Ok(Comparison {
        revenue,
        conversions,
        difference,
    })
}

fn variance(
    (reported, independent): (f64, f64),
    difference: f64,
    policy: &VariancePolicy,
    interval: impl FnOnce() -> Option<Interval>,
) -> Variance {
    if independent <= 0.0 {
        return if reported > 0.0 {
            Variance::NothingIndependent { at_least: None }
        } else {
            Variance::NothingAtAll
        };
    }
    let value = difference / independent;
    Variance::Measured(MeasuredVariance {
        value,
        level: policy.level_of(value),
        reach: interval().and_then(|interval| Reach::of(interval, policy)),
    })
}

/// Of two independent counts the first is a share of their sum; Wilson's interval of that share, as a quotient, less one.
fn count_reach((reported, independent): (f64, f64), z: f64) -> Interval {
    let (low, high) = wilson(reported, reported + independent, z);
    let quotient = |share: f64| share / (1.0 - share);
    Interval {
        low: quotient(low) - 1.0,
        high: quotient(high) - 1.0,
    }
}

/// A sum of n values that spread has a relative variance of (1 + spread²) / n; the logarithm of a quotient has both.
fn revenue_reach(
    (reported, independent): (f64, f64),
    (ours, theirs): (u64, u64),
    policy: &VariancePolicy,
    z: f64,
) -> Option<Interval> {
    if ours == 0 || theirs == 0 || reported <= 0.0 {
        return None;
    }
    let spread = 1.0 + policy.order_value_spread * policy.order_value_spread;
    let half = z * sqrt(spread * (1.0 / from_u64(ours) + 1.0 / from_u64(theirs)));
    let quotient = reported / independent;
    Some(Interval {
        low: quotient * exp(-half) - 1.0,
        high: quotient * exp(half) - 1.0,
    })
}
