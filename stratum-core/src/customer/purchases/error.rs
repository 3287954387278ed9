//! Why is an order refused? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

use crate::customer::journey::MAX_NAME_BYTES;
use crate::vocabulary::{Currency, Money, Timestamp};

/// What is wrong with an order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PurchaseRefused {
    /// A name of a person or an order is empty, very long or has control characters.
    #[error("a name has 1 to {MAX_NAME_BYTES} bytes without control characters")]
    BadName,
    /// The moment is outside the years that are counted.
    #[error("expected a moment from 1970 to 2105, not {at}")]
    OutsideCalendar {
        /// What was given.
        at: Timestamp,
    },
    /// The moment lies after `now`.
    #[error("{at} lies after now, which is {now}")]
    AfterNow {
        /// What was given.
        at: Timestamp,
        /// The moment the customers are looked at.
        now: Timestamp,
    },
    /// An amount below zero: refunds are taken off before, or reported apart.
    #[error("an order is worth nothing or more, not {value}")]
    NegativeValue {
        /// What was given.
        value: Money,
    },
    /// A second currency.
    #[error("expected {expected} as in the rows before, not {found}")]
    OtherCurrency {
        /// The currency so far.
        expected: Currency,
        /// What was given.
        found: Currency,
    },
    /// All values together are more than 64 bits hold.
    #[error("all values together are more than can be counted")]
    TooMuchValue,
    /// An earlier row has the same order with another person, moment or value.
    #[error("an earlier row says something else about order `{order}`")]
    ContradictoryOrder {
        /// Its id.
        order: String,
    },
    /// A number of the question is outside its range.
    #[error("expected {expected}")]
    OutOfRange {
        /// What it may be.
        expected: &'static str,
    },
}

/// What is wrong, and where.
///
/// ```
/// use chrono::FixedOffset;
/// use stratum_core::customer::journey::Conversion;
/// use stratum_core::customer::purchases::PurchaseDays;
/// use stratum_core::vocabulary::Money;
/// let order = Conversion {
///     person: "ada".into(),
///     at: "2026-03-01T09:00:00Z".parse().unwrap(),
///     value: Money::parse("-5.00", "EUR").unwrap(),
///     order: None,
/// };
/// let utc = |_| FixedOffset::east_opt(0).unwrap();
/// let error = PurchaseDays::of(&[order], "2026-03-31T00:00:00Z".parse().unwrap(), utc).unwrap_err();
/// assert_eq!(error.code(), "purchases.negative_value");
/// assert_eq!(error.path(), "conversions[0].value");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {why}")]
pub struct PurchaseError {
    path: String,
    why: PurchaseRefused,
}

impl PurchaseError {
    pub(crate) fn about(path: impl Into<String>, why: PurchaseRefused) -> Self {
        Self {
            path: path.into(),
            why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            PurchaseRefused::BadName => "purchases.bad_name",
            PurchaseRefused::OutsideCalendar { .. } => "purchases.outside_calendar",
            PurchaseRefused::AfterNow { .. } => "purchases.after_now",
            PurchaseRefused::NegativeValue { .. } => "purchases.negative_value",
            PurchaseRefused::OtherCurrency { .. } => "purchases.mixed_currencies",
            PurchaseRefused::TooMuchValue => "purchases.too_much_value",
            PurchaseRefused::ContradictoryOrder { .. } => "purchases.contradictory_order",
            PurchaseRefused::OutOfRange { .. } => "purchases.out_of_range",
        }
    }

    /// The field it is about, such as `conversions[3].value`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &PurchaseRefused {
        &self.why
    }
}
