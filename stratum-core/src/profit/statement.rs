//! What adds up? The lines of an order's account, from the price list to what is left, in whole smallest units.
//!
//! Statements of different orders add up field by field, so that parts computed apart merge to the cent. Not here: how an order
//! becomes a statement (`super::sale`), and what is divided rather than added (`super::returns`).

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::costs::Rule;
use super::error::ProfitError;
use super::exact::{bounded, narrow};
use crate::numeric::from_i64;

/// Between which ends an amount lies, in the smallest unit; both are the same where everything is known.
///
/// ```
/// use stratum_core::profit::Span;
/// let unknown_cost = Span { low_minor: Some(0), high_minor: None };
/// let left = Span::exactly(100).minus(unknown_cost).unwrap();
/// assert_eq!(left, Span { low_minor: None, high_minor: Some(100) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Not less than this; absent, nobody knows.
    pub low_minor: Option<i64>,
    /// Not more than this; absent, nobody knows.
    pub high_minor: Option<i64>,
}

/// What one rule said about all lines it knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleTotal {
    /// How many lines.
    pub lines: u64,
    /// What they sold for, before refunds.
    pub sold_minor: i64,
    /// What their goods cost that did not come back.
    pub cost: Span,
}

/// The account of one order, or of many. All amounts without tax, in the smallest unit of the books' currency, but what was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// How many orders.
    pub orders: u64,
    /// What buyers paid before refunds, shipping and tax included.
    pub paid_minor: i64,
    /// Goods before discounts.
    pub list_minor: i64,
    /// Discounts on lines and orders.
    pub discounts_minor: i64,
    /// Given back for goods.
    pub refunded_minor: i64,
    /// Goods less discounts and refunds.
    pub goods_minor: i64,
    /// Paid for shipping, less what was given back.
    pub shipping_minor: i64,
    /// Goods and shipping, less discounts and refunds.
    pub revenue_minor: i64,
    /// Lines, sales and costs by the rule that knew; rules that said nothing are absent.
    pub costs: BTreeMap<Rule, RuleTotal>,
    /// Of payments.
    pub fees: Span,
    /// Of shipping.
    pub shipping_cost: Span,
    /// Goods less what they cost.
    pub contribution_1: Span,
    /// The first, and shipping charged, less shipping and fees.
    pub contribution_2: Span,
    /// Of what was sold before refunds, the part whose goods have a known cost.
    pub known_1_minor: i64,
    /// The part of that whose shipping and fees are known too.
    pub known_2_minor: i64,
}

fn added(left: i64, right: i64) -> Result<i64, ProfitError> {
    let sum = i128::from(left) + i128::from(right);
    Ok(narrow(bounded(sum, "orders")?))
}

/// Left and so many times right, where both are known. Whatever stands in a span, 128 bits hold it.
fn both(left: Option<i64>, right: Option<i64>, times: i128) -> Result<Option<i64>, ProfitError> {
    let Some((left, right)) = left.zip(right) else {
        return Ok(None);
    };
    let sum = i128::from(left) + times * i128::from(right);
    Ok(Some(narrow(bounded(sum, "orders")?)))
}

impl Span {
    /// Both ends the same.
    #[must_use]
    pub const fn exactly(minor: i64) -> Self {
        Self {
            low_minor: Some(minor),
            high_minor: Some(minor),
        }
    }

    /// The sum of both lies between the sums of the ends.
    ///
    /// # Errors
    /// [`ProfitError`] (`profit.too_much_money`) beyond 2^53 smallest units.
    pub fn plus(self, other: Self) -> Result<Self, ProfitError> {
        Ok(Self {
            low_minor: both(self.low_minor, other.low_minor, 1)?,
            high_minor: both(self.high_minor, other.high_minor, 1)?,
        })
    }

    /// The difference is lowest where most is taken off.
    ///
    /// # Errors
    /// [`ProfitError`] (`profit.too_much_money`) beyond 2^53 smallest units.
    pub fn minus(self, other: Self) -> Result<Self, ProfitError> {
        Ok(Self {
            low_minor: both(self.low_minor, other.high_minor, -1)?,
            high_minor: both(self.high_minor, other.low_minor, -1)?,
        })
    }
}

impl RuleTotal {
    /// Adds up.
    ///
    /// # Errors
    /// [`ProfitError`] (`profit.too_much_money`) beyond 2^53 smallest units.
    pub fn plus(self, other: Self) -> Result<Self, ProfitError> {
        Ok(Self {
            lines: self.lines.saturating_add(other.lines),
            sold_minor: added(self.sold_minor, other.sold_minor)?,
            cost: self.cost.plus(other.cost)?,
        })
    }
}

impl Statement {
    /// The account of no order.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            orders: 0,
            paid_minor: 0,
            list_minor: 0,
            discounts_minor: 0,
            refunded_minor: 0,
            goods_minor: 0,
            shipping_minor: 0,
            revenue_minor: 0,
            costs: BTreeMap::new(),
            fees: Span::exactly(0),
            shipping_cost: Span::exactly(0),
            contribution_1: Span::exactly(0),
            contribution_2: Span::exactly(0),
            known_1_minor: 0,
            known_2_minor: 0,
        }
    }

    /// The account of the orders of both. They have to be different orders in one currency.
    ///
    /// ```
    /// use stratum_core::profit::Statement;
    /// let none = Statement::empty();
    /// assert_eq!(none.plus(&none).unwrap(), none);
    /// ```
    ///
    /// # Errors
    /// [`ProfitError`] (`profit.too_much_money`) beyond 2^53 smallest units.
    pub fn plus(&self, other: &Self) -> Result<Self, ProfitError> {
        let mut costs = self.costs.clone();
        for (rule, more) in &other.costs {
            let sum = match costs.get(rule) {
                Some(so_far) => so_far.plus(*more)?,
                None => *more,
            };
            costs.insert(*rule, sum);
        }
        Ok(Self {
            orders: self.orders.saturating_add(other.orders),
            paid_minor: added(self.paid_minor, other.paid_minor)?,
            list_minor: added(self.list_minor, other.list_minor)?,
            discounts_minor: added(self.discounts_minor, other.discounts_minor)?,
            refunded_minor: added(self.refunded_minor, other.refunded_minor)?,
            goods_minor: added(self.goods_minor, other.goods_minor)?,
            shipping_minor: added(self.shipping_minor, other.shipping_minor)?,
            revenue_minor: added(self.revenue_minor, other.revenue_minor)?,
            costs,
            fees: self.fees.plus(other.fees)?,
            shipping_cost: self.shipping_cost.plus(other.shipping_cost)?,
            contribution_1: self.contribution_1.plus(other.contribution_1)?,
            contribution_2: self.contribution_2.plus(other.contribution_2)?,
            known_1_minor: added(self.known_1_minor, other.known_1_minor)?,
            known_2_minor: added(self.known_2_minor, other.known_2_minor)?,
        })
    }

    /// The share of what was sold whose goods have a known cost; of nothing sold there is none.
    #[must_use]
    pub fn coverage_1(&self) -> Option<f64> {
        self.share(self.known_1_minor)
    }

    /// The share of what was sold of which goods, shipping and fees are known; of nothing sold there is none.
    #[must_use]
    pub fn coverage_2(&self) -> Option<f64> {
        self.share(self.known_2_minor)
    }

    fn share(&self, known: i64) -> Option<f64> {
        let sold = self.list_minor.saturating_sub(self.discounts_minor);
        (sold > 0).then(|| from_i64(known) / from_i64(sold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_span_is_refused_and_does_not_overflow() {
        let widest = Span {
            low_minor: Some(i64::MIN),
            high_minor: Some(i64::MAX),
        };
        assert!(widest.minus(widest).is_err());
        assert!(widest.plus(widest).is_err());
    }
}
