//! Was the advertising worth it? What is left after spend, ROAS and POAS, and what an order may cost before nothing is left.
//!
//! Where a number has no meaning (no spend, no margin) the answer is a word and not a number. Not here: whether the orders would have
//! come without advertising (`crate::attribution`): these are averages.

use serde::{Deserialize, Serialize};

use super::error::ProfitError;
use super::statement::{Span, Statement};
use crate::numeric::from_i64;

/// A range, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defined<T> {
    /// It lies in here.
    Range(T),
    /// The question has no answer.
    Undefined(Why),
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody said what advertising cost.
    SpendMissing,
    /// Advertising cost nothing.
    NoSpend,
    /// There was no order.
    NoOrders,
    /// Nothing was taken in, or all was given back.
    NoRevenue,
    /// Even at best nothing is left after goods, shipping and fees: no return on spend breaks even.
    NoMargin,
}

/// The ends of a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ends {
    /// Not less than this; absent, nobody knows.
    pub low: Option<f64>,
    /// Not more than this; absent, there may be none.
    pub high: Option<f64>,
}

/// What orders brought beside what advertising cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// What advertising cost, in the smallest unit; absent, nobody said.
    pub spend_minor: Option<i64>,
    /// The second contribution less spend.
    pub contribution_3: Defined<Span>,
    /// Revenue per spend.
    pub roas: Defined<Ends>,
    /// The second contribution per spend.
    pub poas: Defined<Ends>,
    /// The ROAS at which nothing is left: revenue per second contribution. Without a high end, it may be that none suffices.
    pub break_even_roas: Defined<Ends>,
    /// What an order may cost in advertising before nothing is left, rounded down. A low end below zero: it may be too much already.
    pub break_even_cpa: Defined<Span>,
}

impl Returns {
    /// Sets an account beside what advertising cost, zero or more, or `None` if nobody knows.
    ///
    /// ```
    /// use stratum_core::profit::{Defined, Returns, Statement, Why};
    /// let returns = Returns::of(&Statement::empty(), Some(0)).unwrap();
    /// assert_eq!(returns.poas, Defined::Undefined(Why::NoSpend));
    /// assert_eq!(returns.break_even_cpa, Defined::Undefined(Why::NoOrders));
    /// ```
    ///
    /// # Errors
    /// [`ProfitError`] (`profit.too_much_money`) beyond 2^53 smallest units.
    pub fn of(total: &Statement, spend_minor: Option<i64>) -> Result<Self, ProfitError> {
        let left = total.contribution_2;
        let contribution_3 = match spend_minor {
            Some(spend) => Defined::Range(left.minus(Span::exactly(spend))?),
            None => Defined::Undefined(Why::SpendMissing),
        };
        Ok(Self {
            spend_minor,
            contribution_3,
            roas: per_spend(Span::exactly(total.revenue_minor), spend_minor),
            poas: per_spend(left, spend_minor),
            break_even_roas: break_even_roas(total),
            break_even_cpa: break_even_cpa(total),
        })
    }
}

fn per_spend(of: Span, spend_minor: Option<i64>) -> Defined<Ends> {
    let Some(spend) = spend_minor else {
        return Defined::Undefined(Why::SpendMissing);
    };
    if spend <= 0 {
        return Defined::Undefined(Why::NoSpend);
    }
    let ratio = |minor| from_i64(minor) / from_i64(spend);
    Defined::Range(Ends {
        low: of.low_minor.map(ratio),
        high: of.high_minor.map(ratio),
    })
}

fn margin_left(left: Span) -> bool {
    left.high_minor.is_none_or(|high| high > 0)
}

fn break_even_roas(total: &Statement) -> Defined<Ends> {
    let (revenue, left) = (total.revenue_minor, total.contribution_2);
    if revenue <= 0 {
        return Defined::Undefined(Why::NoRevenue);
    }
    if !margin_left(left) {
        return Defined::Undefined(Why::NoMargin);
    }
    let above = |end: Option<i64>| end.filter(|minor| *minor > 0);
    let ratio = |minor| from_i64(revenue) / from_i64(minor);
    Defined::Range(Ends {
        low: above(left.high_minor).map(ratio),
        high: above(left.low_minor).map(ratio),
    })
}

fn break_even_cpa(total: &Statement) -> Defined<Span> {
    let left = total.contribution_2;
    let Some(orders) = i64::try_from(total.orders)
        .ok()
        .filter(|orders| *orders > 0)
    else {
        return Defined::Undefined(Why::NoOrders);
    };
    if !margin_left(left) {
        return Defined::Undefined(Why::NoMargin);
    }
    let each = |minor: i64| minor.div_euclid(orders);
    Defined::Range(Span {
        low_minor: left.low_minor.map(each),
        high_minor: left.high_minor.map(each),
    })
}
