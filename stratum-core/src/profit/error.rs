//! Why are rows of a shop refused? A stable code, the path to the field, and a sentence.

use alloc::string::String;

use thiserror::Error;

use crate::customer::journey::MAX_NAME_BYTES;
use crate::vocabulary::Currency;

/// What is wrong with a row or an argument.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfitRefused {
    /// A name is empty, very long or has control characters.
    #[error("expected a name of 1 to {MAX_NAME_BYTES} bytes without control characters")]
    BadName,
    /// An amount is below zero.
    #[error("expected zero or more")]
    Negative,
    /// A number lies outside what is taken.
    #[error("expected {expected}")]
    OutOfRange {
        /// What it may be.
        expected: &'static str,
    },
    /// What buyers were charged for one order is in two currencies.
    #[error("expected {expected} as in the first line of the order, not {found}")]
    OtherCurrency {
        /// The currency of the order.
        expected: Currency,
        /// What was given.
        found: Currency,
    },
    /// No rate was handed over for an amount in another currency.
    #[error("there is no rate from {from} of {day}")]
    RateMissing {
        /// The currency of the amount.
        from: Currency,
        /// The day in UTC.
        day: String,
    },
    /// A row says again what an earlier row says.
    #[error("an earlier row is about the same")]
    Repeated,
    /// An order without lines.
    #[error("an order has at least one line")]
    NoLines,
    /// A discount is larger than what it is taken off.
    #[error("a discount is at most what it is taken off")]
    DiscountTooLarge,
    /// A refund names an order that is not there.
    #[error("there is no order `{name}`")]
    UnknownOrder {
        /// The name.
        name: String,
    },
    /// A refund names a line that its order does not have.
    #[error("the order has no line `{name}`")]
    UnknownLine {
        /// The name.
        name: String,
    },
    /// A refund lies before its order.
    #[error("a refund comes after its order")]
    RefundBeforeOrder,
    /// More is refunded than was paid.
    #[error("refunds of a line, or of shipping, are at most what was paid for it")]
    RefundTooLarge,
    /// More units came back than were sold.
    #[error("at most as many units come back as were sold")]
    ReturnedTooMany,
    /// An amount or a sum is more than is kept exactly.
    #[error("an amount is more than can be counted")]
    TooMuchMoney,
}

/// What is wrong, and where.
///
/// ```
/// use stratum_core::profit::{Books, Costs, ProductCost};
/// use stratum_core::vocabulary::Money;
/// let cost = ProductCost {
///     product: "shirt".into(),
///     from: "2026-01-01T00:00:00Z".parse().unwrap(),
///     unit_cost: Money::parse("8.00", "EUR").unwrap(),
/// };
/// let costs = Costs { products: vec![cost.clone(), cost], ..Costs::default() };
/// let error = Books::new("EUR".parse().unwrap(), &costs, &[]).unwrap_err();
/// assert_eq!((error.code(), error.path()), ("profit.repeated", "costs.products[1]"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {why}")]
pub struct ProfitError {
    path: String,
    why: ProfitRefused,
}

impl ProfitError {
    pub(super) fn about(path: impl Into<String>, why: ProfitRefused) -> Self {
        Self {
            path: path.into(),
            why,
        }
    }

    /// The same, seen from further out.
    pub(super) fn inside(self, outer: &str) -> Self {
        Self {
            path: alloc::format!("{outer}.{}", self.path),
            why: self.why,
        }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.why {
            ProfitRefused::BadName => "profit.bad_name",
            ProfitRefused::Negative => "profit.negative",
            ProfitRefused::OutOfRange { .. } => "profit.out_of_range",
            ProfitRefused::OtherCurrency { .. } => "profit.mixed_currencies",
            ProfitRefused::RateMissing { .. } => "profit.rate_missing",
            ProfitRefused::Repeated => "profit.repeated",
            ProfitRefused::NoLines => "profit.no_lines",
            ProfitRefused::DiscountTooLarge => "profit.discount_too_large",
            ProfitRefused::UnknownOrder { .. } => "profit.unknown_order",
            ProfitRefused::UnknownLine { .. } => "profit.unknown_line",
            ProfitRefused::RefundBeforeOrder => "profit.refund_before_order",
            ProfitRefused::RefundTooLarge => "profit.refund_too_large",
            ProfitRefused::ReturnedTooMany => "profit.returned_too_many",
            ProfitRefused::TooMuchMoney => "profit.too_much_money",
        }
    }

    /// The field it is about, such as `orders[3].lines[0].unit_price`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what came.
    #[must_use]
    pub const fn why(&self) -> &ProfitRefused {
        &self.why
    }
}
