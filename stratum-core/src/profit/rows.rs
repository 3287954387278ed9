//! What does a shop hand over? Orders with their lines, refunds, advertising spend and rates of exchange, as plain rows.
//!
//! Not here: what goods cost where a line does not say so (`super::costs`), and any arithmetic.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::number::{Percent, RateNumber};
use crate::vocabulary::{Currency, Money, Timestamp};

/// How prices and tax on sales go together. Percentages from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Tax {
    /// There is none.
    None,
    /// Prices, discounts and refunds are with tax.
    Included {
        /// Of the price without tax.
        percent: Percent,
    },
    /// They are without; the buyer pays it on top.
    Added {
        /// Of the price without tax.
        percent: Percent,
    },
}

/// What one product brought in one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its name within the order.
    pub line: String,
    /// What was sold.
    pub product: String,
    /// What kind of product it is, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How many, 1 to a million.
    pub quantity: u32,
    /// For each, before discounts.
    pub unit_price: Money,
    /// Off the whole line; absent, there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// Where it differs from the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// What one of them cost, without tax, in any currency; absent, other rules are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Money>,
}

/// What a payment cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    /// For each payment, in any currency.
    pub fixed: Money,
    /// Of what the buyer paid, shipping and tax included: 0 to 100.
    pub percent: Percent,
}

/// One order, as it was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Its name.
    pub order: String,
    /// When it was placed.
    pub at: Timestamp,
    /// At least one; the currency of the first price is that of the order.
    pub lines: Vec<Line>,
    /// How prices and tax go together, for shipping too.
    pub tax: Tax,
    /// Off all lines together, shared out by what they come to; absent, there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
    /// What the buyer paid for shipping; absent, nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_charged: Option<Money>,
    /// What shipping cost, without tax, in any currency; absent, it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_cost: Option<Money>,
    /// What the payment cost; absent, it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Fees>,
}

/// What was given back for one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundedLine {
    /// The line of the order.
    pub line: String,
    /// With tax where the price was.
    pub amount: Money,
    /// How many came back and can be sold again.
    pub units_returned: u32,
}

/// What a refund gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Refunded {
    /// All that had not been given back before.
    Everything {
        /// Whether all goods came back and can be sold again.
        goods_returned: bool,
    },
    /// These amounts.
    Part {
        /// For lines.
        lines: Vec<RefundedLine>,
        /// For shipping; absent, nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shipping: Option<Money>,
    },
}

/// Money given back for an order, later than the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// Its name.
    pub refund: String,
    /// The order it belongs to.
    pub order: String,
    /// When.
    pub at: Timestamp,
    /// How much, and of what.
    pub what: Refunded,
}

/// What advertising cost on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spend {
    /// The day whose rate counts, if it is in another currency.
    pub day: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// What one unit of another currency was worth on a day, in units of the currency of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The other currency.
    pub from: Currency,
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How many units of the currency of the books.
    pub rate: RateNumber,
    /// Who says so.
    pub source: String,
}
