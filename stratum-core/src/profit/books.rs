//! What is known beside the orders, and what comes of them? Costs and rates, checked once; orders and refunds become an account.
//!
//! Amounts in another currency are converted at the rate of the order's day in UTC, also what is given back later, so that a refund of
//! everything leaves nothing; no rate is turned round, chained or carried to another day. Not here: one order alone (`super::sale`).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::costs::{CostBook, Costs, LineCost};
use super::error::{ProfitError, ProfitRefused};
use super::exact::{bounded, check_name, minor, narrow, rounded};
use super::number::RATE_PLACES;
use super::returns::Returns;
use super::rows::{Order, Rate, Refund, Spend};
use super::statement::Statement;
use crate::vocabulary::Currency;

/// Costs and rates, and the currency everything is added up in.
#[derive(Debug, Clone)]
pub struct Books {
    pub(super) currency: Currency,
    pub(super) costs: CostBook,
    rates: BTreeMap<(Currency, NaiveDate), Rate>,
}

/// The account of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderProfit {
    /// The order.
    pub order: String,
    /// By which rule each line's cost was found, in order of their names.
    pub lines: Vec<LineCost>,
    /// What is left of it.
    pub statement: Statement,
}

/// The account of orders and what advertising cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profit {
    /// The currency of every amount.
    pub currency: Currency,
    /// Each order, in order of their names.
    pub orders: Vec<OrderProfit>,
    /// Their sum.
    pub total: Statement,
    /// The share of what was sold whose goods have a known cost.
    pub coverage_1: Option<f64>,
    /// The share of what was sold of which goods, shipping and fees are known.
    pub coverage_2: Option<f64>,
    /// Beside what advertising cost.
    pub returns: Returns,
    /// The rates that were needed, by currency and day.
    pub rates_used: Vec<Rate>,
}

/// The rates an account needed.
pub(super) type Used = BTreeSet<(Currency, NaiveDate)>;

impl Books {
    /// Checks costs and rates.
    ///
    /// # Errors
    /// [`ProfitError`] with the path to a wrong field: a name, an amount below zero, a margin outside -1000 to 100 percent, two rows
    /// about the same, a rate from the currency of the books to itself.
    pub fn new(currency: Currency, costs: &Costs, rates: &[Rate]) -> Result<Self, ProfitError> {
        let costs = CostBook::new(costs)?;
        let mut known = BTreeMap::new();
        for (number, row) in rates.iter().enumerate() {
            let path = format!("rates[{number}]");
            check_name(&row.source, &format!("{path}.source"))?;
            if row.from == currency {
                let expected = "a currency other than that of the books";
                let why = ProfitRefused::OutOfRange { expected };
                return Err(ProfitError::about(format!("{path}.from"), why));
            }
            if known.insert((row.from, row.day), row.clone()).is_some() {
                return Err(ProfitError::about(path, ProfitRefused::Repeated));
            }
        }
        Ok(Self {
            currency,
            costs,
            rates: known,
        })
    }

    /// An amount in the currency of the books, rounded once. Nothing is nothing in every currency and needs no rate.
    pub(super) fn converted(
        &self,
        amount: i128,
        from: Currency,
        day: NaiveDate,
        used: &mut Used,
        path: &str,
    ) -> Result<i128, ProfitError> {
        if from == self.currency || amount == 0 {
            return bounded(amount, path);
        }
        let Some(rate) = self.rates.get(&(from, day)) else {
            let day = day.to_string();
            return Err(ProfitError::about(
                path,
                ProfitRefused::RateMissing { from, day },
            ));
        };
        used.insert((from, day));
        let ten = |places| 10_i128.pow(places);
        let over = bounded(amount, path)? * rate.rate.count() * ten(self.currency.exponent());
        bounded(rounded(over, ten(RATE_PLACES) * ten(from.exponent())), path)
    }
}

/// Refunds, each with its number among all, by order, in order of time and name.
type ByOrder<'a> = BTreeMap<&'a str, Vec<(usize, &'a Refund)>>;

fn refunds_by_order<'a>(
    orders: &BTreeMap<&'a str, usize>,
    refunds: &'a [Refund],
) -> Result<ByOrder<'a>, ProfitError> {
    let mut names = BTreeSet::new();
    let mut by_order = ByOrder::new();
    for (number, refund) in refunds.iter().enumerate() {
        let path = format!("refunds[{number}].refund");
        check_name(&refund.refund, &path)?;
        if !names.insert(refund.refund.as_str()) {
            return Err(ProfitError::about(path, ProfitRefused::Repeated));
        }
        if !orders.contains_key(refund.order.as_str()) {
            let name = refund.order.chars().take(32).collect();
            let path = format!("refunds[{number}].order");
            return Err(ProfitError::about(
                path,
                ProfitRefused::UnknownOrder { name },
            ));
        }
        let of_order = by_order.entry(&refund.order).or_default();
        of_order.push((number, refund));
    }
    for of_order in by_order.values_mut() {
        of_order.sort_by_key(|(_, refund)| (refund.at, refund.refund.as_str()));
    }
    Ok(by_order)
}

impl Profit {
    /// Computes the account of orders and their refunds. `spend` is what advertising cost for them: no row, nothing; `None`, nobody knows.
    ///
    /// # Errors
    /// [`ProfitError`] with the path to a wrong field, such as `orders[3].lines[0].unit_price`.
    pub fn of(
        books: &Books,
        orders: &[Order],
        refunds: &[Refund],
        spend: Option<&[Spend]>,
    ) -> Result<Self, ProfitError> {
        let mut names = BTreeMap::new();
        for (number, order) in orders.iter().enumerate() {
            let path = format!("orders[{number}].order");
            check_name(&order.order, &path)?;
            if names.insert(order.order.as_str(), number).is_some() {
                return Err(ProfitError::about(path, ProfitRefused::Repeated));
            }
        }
        let by_order = refunds_by_order(&names, refunds)?;
        let mut used = Used::new();
        let mut total = Statement::empty();
        let mut accounts = Vec::new();
        for (number, order) in orders.iter().enumerate() {
            let of_order = by_order.get(order.order.as_str());
            let of_order = of_order.map_or(&[][..], Vec::as_slice);
            let account = books.account(number, order, of_order, &mut used)?;
            total = total.plus(&account.statement)?;
            accounts.push(account);
        }
        accounts.sort_by(|one, other| one.order.cmp(&other.order));
        let spend_minor = spend.map(|rows| books.spend(rows, &mut used)).transpose()?;
        let rates = used.iter().filter_map(|key| books.rates.get(key));
        Ok(Self {
            currency: books.currency,
            orders: accounts,
            coverage_1: total.coverage_1(),
            coverage_2: total.coverage_2(),
            returns: Returns::of(&total, spend_minor)?,
            total,
            rates_used: rates.cloned().collect(),
        })
    }
}

impl Books {
    fn spend(&self, rows: &[Spend], used: &mut Used) -> Result<i64, ProfitError> {
        let mut sum = 0;
        for (number, row) in rows.iter().enumerate() {
            let path = format!("spend[{number}].amount");
            let amount = minor(&row.amount, &path)?;
            sum += self.converted(amount, row.amount.currency(), row.day, used, &path)?;
            bounded(sum, &path)?;
        }
        Ok(narrow(sum))
    }
}
