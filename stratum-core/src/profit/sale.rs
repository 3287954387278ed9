//! What is left of one order? From prices to what was sold, what was given back, what goods, shipping and the payment cost.
//!
//! Discounts and tax are reckoned in the currency of the order, then each amount is converted once. Not here: the sum over orders.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::vec::Vec;

use chrono::NaiveDate;

use super::books::{Books, OrderProfit, Used};
use super::costs::{Found, LineCost, of_margin};
use super::error::{ProfitError, ProfitRefused};
use super::exact::{bounded, check_name, minor, narrow, rounded, shared_out};
use super::number::{Percent, WHOLE};
use super::refunds::{Owed, OwedOrder};
use super::rows::{Line, Order, Refund, Tax};
use super::statement::{RuleTotal, Span, Statement};
use crate::vocabulary::{Currency, Money};

const MOST_UNITS: u32 = 1_000_000;

/// A line in the currency of its order: before discounts and after, as it was charged.
struct Charged {
    full: i128,
    amount: i128,
    tax: Tax,
}

fn check_share(percent: Percent, path: &str) -> Result<(), ProfitError> {
    if (0..=WHOLE).contains(&percent.count()) {
        return Ok(());
    }
    let expected = "0 to 100 percent";
    Err(ProfitError::about(
        path,
        ProfitRefused::OutOfRange { expected },
    ))
}

impl Tax {
    fn check(self, path: &str) -> Result<(), ProfitError> {
        match self {
            Self::None => Ok(()),
            Self::Included { percent } => check_share(percent, &format!("{path}.included.percent")),
            Self::Added { percent } => check_share(percent, &format!("{path}.added.percent")),
        }
    }

    /// The amount without tax.
    const fn net(self, amount: i128) -> i128 {
        match self {
            Self::None | Self::Added { .. } => amount,
            Self::Included { percent } => rounded(amount * WHOLE, WHOLE + percent.count()),
        }
    }

    /// What the buyer pays.
    const fn paid(self, amount: i128) -> i128 {
        match self {
            Self::None | Self::Included { .. } => amount,
            Self::Added { percent } => amount + rounded(amount * percent.count(), WHOLE),
        }
    }
}

fn charged(money: &Money, currency: Currency, path: &str) -> Result<i128, ProfitError> {
    if money.currency() == currency {
        return minor(money, path);
    }
    let (expected, found) = (currency, money.currency());
    Err(ProfitError::about(
        path,
        ProfitRefused::OtherCurrency { expected, found },
    ))
}

/// What a discount leaves.
fn less(amount: i128, discount: Option<&Money>, currency: Currency) -> Result<i128, ProfitError> {
    let path = "discount";
    let off = discount.map_or(Ok(0), |money| charged(money, currency, path))?;
    if off > amount {
        return Err(ProfitError::about(path, ProfitRefused::DiscountTooLarge));
    }
    Ok(amount - off)
}

fn charged_line(line: &Line, order: &Order, currency: Currency) -> Result<Charged, ProfitError> {
    check_name(&line.line, "line")?;
    check_name(&line.product, "product")?;
    if let Some(category) = &line.category {
        check_name(category, "category")?;
    }
    if !(1..=MOST_UNITS).contains(&line.quantity) {
        let expected = "1 to 1,000,000 units";
        let why = ProfitRefused::OutOfRange { expected };
        return Err(ProfitError::about("quantity", why));
    }
    if let Some(tax) = line.tax {
        tax.check("tax")?;
    }
    let unit = charged(&line.unit_price, currency, "unit_price")?;
    let full = bounded(unit * i128::from(line.quantity), "unit_price")?;
    Ok(Charged {
        full,
        amount: less(full, line.discount.as_ref(), currency)?,
        tax: line.tax.unwrap_or(order.tax),
    })
}

/// All lines, with the discount of the order shared out.
fn charged_lines(order: &Order, currency: Currency) -> Result<Vec<Charged>, ProfitError> {
    let mut names = BTreeSet::new();
    let mut lines = Vec::new();
    let mut sum = 0;
    for (number, line) in order.lines.iter().enumerate() {
        let path = format!("lines[{number}]");
        let one = charged_line(line, order, currency).map_err(|error| error.inside(&path))?;
        if !names.insert(line.line.as_str()) {
            return Err(ProfitError::about(
                format!("{path}.line"),
                ProfitRefused::Repeated,
            ));
        }
        sum = bounded(sum + one.amount, "lines")?;
        lines.push(one);
    }
    let off = sum - less(sum, order.discount.as_ref(), currency)?;
    let weights: Vec<(i128, &str)> = lines
        .iter()
        .zip(&order.lines)
        .map(|(one, line)| (one.amount, line.line.as_str()))
        .collect();
    let parts = shared_out(off, &weights);
    for (one, part) in lines.iter_mut().zip(parts) {
        one.amount -= part;
    }
    Ok(lines)
}

/// What of an amount without tax was given back, in proportion to what was charged.
const fn given_back(net: i128, refunded: i128, charged: i128) -> i128 {
    if charged == 0 {
        0
    } else {
        rounded(net * refunded, charged)
    }
}

/// The books at the rates of one day.
struct Desk<'a> {
    books: &'a Books,
    day: NaiveDate,
    used: &'a mut Used,
}

impl Desk<'_> {
    fn take(&mut self, amount: i128, from: Currency, path: &str) -> Result<i128, ProfitError> {
        self.books
            .converted(amount, from, self.day, self.used, path)
    }

    fn line(
        &mut self,
        order: &Order,
        line: &Line,
        charged: &Charged,
        owed: &Owed<'_>,
    ) -> Result<(LineCost, Statement), ProfitError> {
        let from = line.unit_price.currency();
        let list = self.take(charged.tax.net(charged.full), from, "unit_price")?;
        let sold = self.take(charged.tax.net(charged.amount), from, "unit_price")?;
        let kept = line.quantity.saturating_sub(owed.returned);
        let (rule, found) = self.books.costs.find(line, order.at, list, kept);
        let (low, high) = match found {
            Found::Unit(unit) => {
                let all = minor(&unit, "unit_cost")? * i128::from(kept);
                let cost = self.take(bounded(all, "unit_cost")?, unit.currency(), "unit_cost")?;
                (cost, Some(cost))
            }
            Found::Margin(margin) => {
                let cost = of_margin(list, margin, kept, line.quantity);
                (cost, Some(cost))
            }
            Found::Nothing if kept == 0 => (0, Some(0)),
            Found::Nothing => self.books.costs.missing(list, kept, line.quantity),
        };
        let high = high.map(|high| bounded(high, "unit_cost")).transpose()?;
        let cost = Span {
            low_minor: Some(narrow(low)),
            high_minor: high.map(narrow),
        };
        let refunded = given_back(sold, owed.refunded, charged.amount);
        let goods = narrow(sold - refunded);
        let total = RuleTotal {
            lines: 1,
            sold_minor: narrow(sold),
            cost,
        };
        let known = if rule.is_known() { narrow(sold) } else { 0 };
        let statement = Statement {
            list_minor: narrow(list),
            discounts_minor: narrow(list - sold),
            refunded_minor: narrow(refunded),
            goods_minor: goods,
            revenue_minor: goods,
            costs: BTreeMap::from([(rule, total)]),
            contribution_1: Span::exactly(goods).minus(cost)?,
            contribution_2: Span::exactly(goods).minus(cost)?,
            known_1_minor: known,
            known_2_minor: known,
            ..Statement::empty()
        };
        let line = line.line.clone();
        Ok((LineCost { line, rule, cost }, statement))
    }

    /// What shipping and the payment brought and cost.
    fn delivery(
        &mut self,
        order: &Order,
        owed: &OwedOrder<'_>,
        paid: i128,
    ) -> Result<Statement, ProfitError> {
        let unknown = Span {
            low_minor: Some(0),
            high_minor: None,
        };
        let net = order.tax.net(owed.shipping_paid);
        let net = self.take(net, owed.currency, "shipping_charged")?;
        let shipping = narrow(net - given_back(net, owed.shipping_refunded, owed.shipping_paid));
        let shipping_cost = match &order.shipping_cost {
            Some(cost) => {
                let path = "shipping_cost";
                Span::exactly(narrow(self.take(
                    minor(cost, path)?,
                    cost.currency(),
                    path,
                )?))
            }
            None => unknown,
        };
        let fees = match &order.fees {
            Some(fees) => {
                let path = "fees.fixed";
                let fixed = self.take(minor(&fees.fixed, path)?, fees.fixed.currency(), path)?;
                check_share(fees.percent, "fees.percent")?;
                let part = rounded(paid * fees.percent.count(), WHOLE);
                let part = self.take(part, owed.currency, "fees.percent")?;
                Span::exactly(narrow(bounded(fixed + part, path)?))
            }
            None => unknown,
        };
        let costs = shipping_cost.plus(fees)?;
        Ok(Statement {
            orders: 1,
            paid_minor: narrow(self.take(paid, owed.currency, "lines")?),
            shipping_minor: shipping,
            revenue_minor: shipping,
            fees,
            shipping_cost,
            contribution_2: Span::exactly(shipping).minus(costs)?,
            ..Statement::empty()
        })
    }
}

/// What a buyer was charged for an order.
struct Sale {
    currency: Currency,
    lines: Vec<Charged>,
    shipping: i128,
    paid: i128,
}

impl Sale {
    fn of(order: &Order) -> Result<Self, ProfitError> {
        let Some(first) = order.lines.first() else {
            return Err(ProfitError::about("lines", ProfitRefused::NoLines));
        };
        let currency = first.unit_price.currency();
        order.tax.check("tax")?;
        let lines = charged_lines(order, currency)?;
        let path = "shipping_charged";
        let shipping = order.shipping_charged.as_ref();
        let shipping = shipping.map_or(Ok(0), |money| charged(money, currency, path))?;
        let goods: i128 = lines.iter().map(|one| one.tax.paid(one.amount)).sum();
        Ok(Self {
            currency,
            lines,
            shipping,
            paid: bounded(goods + order.tax.paid(shipping), "lines")?,
        })
    }

    /// What can be given back, before any refund.
    fn owed<'a>(&self, order: &'a Order) -> OwedOrder<'a> {
        let lines = order.lines.iter().zip(&self.lines);
        let lines = lines.map(|(line, one)| Owed {
            line: &line.line,
            paid: one.amount,
            quantity: line.quantity,
            refunded: 0,
            returned: 0,
        });
        OwedOrder {
            currency: self.currency,
            at: order.at,
            lines: lines.collect(),
            shipping_paid: self.shipping,
            shipping_refunded: 0,
        }
    }
}

impl Books {
    /// The account of the order with this number among all, after its refunds.
    pub(super) fn account(
        &self,
        number: usize,
        order: &Order,
        refunds: &[(usize, &Refund)],
        used: &mut Used,
    ) -> Result<OrderProfit, ProfitError> {
        let outer = format!("orders[{number}]");
        let inside = |error: ProfitError| error.inside(&outer);
        let sale = Sale::of(order).map_err(inside)?;
        let mut owed = sale.owed(order);
        for (place, refund) in refunds {
            let outer = format!("refunds[{place}]");
            owed.take(refund).map_err(|error| error.inside(&outer))?;
        }
        let day = order.at.date_naive();
        let books = self;
        let mut desk = Desk { books, day, used };
        let mut statement = desk.delivery(order, &owed, sale.paid).map_err(inside)?;
        let mut lines = Vec::new();
        let rows = order.lines.iter().zip(&sale.lines).zip(&owed.lines);
        for (place, ((line, one), back)) in rows.enumerate() {
            let path = format!("lines[{place}]");
            let answer = desk.line(order, line, one, back);
            let (cost, part) = answer.map_err(|error| inside(error.inside(&path)))?;
            statement = statement.plus(&part)?;
            lines.push(cost);
        }
        if order.fees.is_none() || order.shipping_cost.is_none() {
            statement.known_2_minor = 0;
        }
        lines.sort_by(|one, other| one.line.cmp(&other.line));
        Ok(OrderProfit {
            order: order.order.clone(),
            lines,
            statement,
        })
    }
}
