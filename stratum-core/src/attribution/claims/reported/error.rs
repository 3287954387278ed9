//! Why are rows refused? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

use crate::customer::journey::MAX_NAME_BYTES;
use crate::vocabulary::{Currency, Money};

/// What is wrong with a row or an argument.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ReportedRefused {
    /// The id of an order is empty, very long or has control characters.
    #[error("an order has an id of 1 to {MAX_NAME_BYTES} bytes without control characters")]
    BadName,
    /// An amount is below zero.
    #[error("expected zero or more, not {value}")]
    Negative {
        /// What was given.
        value: Money,
    },
    /// A second currency.
    #[error("expected {expected} as before, not {found}")]
    OtherCurrency {
        /// The currency so far.
        expected: Currency,
        /// What was given.
        found: Currency,
    },
    /// All values together are more than 64 bits hold.
    #[error("all values together are more than can be counted")]
    TooMuchValue,
    /// The independent record holds an order twice.
    #[error("order `{order}` is in an earlier row; the independent record holds each order once")]
    RepeatedOrder {
        /// Its id.
        order: String,
    },
    /// An order is claimed by platforms of which none has a weight.
    #[error("order `{order}` is claimed only by platforms without a weight")]
    NoWeight {
        /// Its id.
        order: String,
    },
    /// A part of the policy is outside its range.
    #[error("expected {expected}, not {found}")]
    OutOfRange {
        /// What it may be.
        expected: &'static str,
        /// What was given.
        found: f64,
    },
}

/// What is wrong, and where.
///
/// ```
/// use stratum_core::attribution::claims::reported::{Deduplication, Order, Sharing};
/// use stratum_core::vocabulary::Money;
/// let order = Order { order: "".into(), value: Money::parse("10.00", "EUR").unwrap() };
/// let error = Deduplication::of(&[], &[order], &Sharing::Equally).unwrap_err();
/// assert_eq!(error.code(), "attribution.reported.bad_name");
/// assert_eq!(error.path(), "orders[0].order");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{path}: {why}")]
pub struct ReportedError {
    pub(super) path: String,
    pub(super) why: ReportedRefused,
}

impl ReportedError {
    pub(super) fn about(path: impl Into<String>, why: ReportedRefused) -> Self {
        Self {
            path: path.into(),
            why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            ReportedRefused::BadName => "attribution.reported.bad_name",
            ReportedRefused::Negative { .. } => "attribution.reported.negative",
            ReportedRefused::OtherCurrency { .. } => "attribution.reported.mixed_currencies",
            ReportedRefused::TooMuchValue => "attribution.reported.too_much_value",
            ReportedRefused::RepeatedOrder { .. } => "attribution.reported.repeated_order",
            ReportedRefused::NoWeight { .. } => "attribution.reported.no_weight",
            ReportedRefused::OutOfRange { .. } => "attribution.reported.out_of_range",
        }
    }

    /// The field it is about, such as `claims[3].value`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &ReportedRefused {
        &self.why
    }
}
