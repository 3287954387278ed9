//! What did goods cost, and who says so? The line, else the product at that time, else the margin of the category, else of the account.
//!
//! What no rule knows stays missing: there is no margin of last resort. A margin speaks about the price before discounts, as a discount
//! makes no goods cheaper. Not here: rates of exchange (`super::books`).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::{ProfitError, ProfitRefused};
use super::exact::{check_name, minor, rounded};
use super::number::{Percent, WHOLE};
use super::rows::Line;
use super::statement::Span;
use crate::vocabulary::{Money, Timestamp};

/// A margin below this is a wrong unit.
const LEAST_MARGIN: i128 = -10 * WHOLE;

/// What one unit of a product costs from a moment on, until the next row of the same product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductCost {
    /// The product.
    pub product: String,
    /// From then on.
    pub from: Timestamp,
    /// All that goes with a unit: purchase, freight in, packing. Without tax, in any currency.
    pub unit_cost: Money,
}

/// What part of the price before discounts and without tax is not cost, for products of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryMargin {
    /// The category.
    pub category: String,
    /// From -1000 to 100. Zero is a margin: goods cost what they sell for.
    pub margin_percent: Percent,
}

/// Between which margins goods lie whose cost nobody knows; somebody has to vouch for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginBounds {
    /// Not lower than this.
    pub low_percent: Percent,
    /// Not higher than this.
    pub high_percent: Percent,
}

/// What is known of costs, beside what lines say themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Costs {
    /// By product and time.
    pub products: Vec<ProductCost>,
    /// By category.
    pub categories: Vec<CategoryMargin>,
    /// Of the account, for goods that nothing else is known about; absent, there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_margin_percent: Option<Percent>,
    /// For what stays missing; absent, the range has one end only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<MarginBounds>,
}

/// Which rule said what the goods of a line cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The line.
    Line,
    /// The product, as it cost when the order was placed.
    Product,
    /// The margin of the category.
    Category,
    /// The margin of the account.
    Account,
    /// No rule, and none is needed: all units came back.
    Returned,
    /// None.
    Missing,
}

impl Rule {
    /// Whether the cost is a number.
    #[must_use]
    pub fn is_known(self) -> bool {
        self != Self::Missing
    }
}

/// What the goods of a line cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineCost {
    /// The line.
    pub line: String,
    /// Who says so.
    pub rule: Rule,
    /// Of the units that did not come back.
    pub cost: Span,
}

/// What a rule has to say: an amount for each unit, or a margin.
pub(super) enum Found {
    Unit(Money),
    Margin(Percent),
    Nothing,
}

/// Costs, checked and looked up by name.
#[derive(Debug, Clone)]
pub(super) struct CostBook {
    products: BTreeMap<String, BTreeMap<Timestamp, Money>>,
    categories: BTreeMap<String, Percent>,
    account: Option<Percent>,
    bounds: Option<MarginBounds>,
}

fn check_margin(margin: Percent, path: &str) -> Result<(), ProfitError> {
    if (LEAST_MARGIN..=WHOLE).contains(&margin.count()) {
        return Ok(());
    }
    let expected = "a margin from -1000 to 100 percent";
    Err(ProfitError::about(
        path,
        ProfitRefused::OutOfRange { expected },
    ))
}

impl CostBook {
    pub(super) fn new(costs: &Costs) -> Result<Self, ProfitError> {
        let mut products: BTreeMap<String, BTreeMap<Timestamp, Money>> = BTreeMap::new();
        for (number, row) in costs.products.iter().enumerate() {
            let path = format!("costs.products[{number}]");
            check_name(&row.product, &format!("{path}.product"))?;
            minor(&row.unit_cost, &format!("{path}.unit_cost"))?;
            let of_product = products.entry(row.product.clone()).or_default();
            if of_product.insert(row.from, row.unit_cost).is_some() {
                return Err(ProfitError::about(path, ProfitRefused::Repeated));
            }
        }
        let mut categories = BTreeMap::new();
        for (number, row) in costs.categories.iter().enumerate() {
            let path = format!("costs.categories[{number}]");
            check_name(&row.category, &format!("{path}.category"))?;
            check_margin(row.margin_percent, &format!("{path}.margin_percent"))?;
            let before = categories.insert(row.category.clone(), row.margin_percent);
            if before.is_some() {
                return Err(ProfitError::about(path, ProfitRefused::Repeated));
            }
        }
        if let Some(margin) = costs.default_margin_percent {
            check_margin(margin, "costs.default_margin_percent")?;
        }
        if let Some(bounds) = costs.bounds {
            check_margin(bounds.low_percent, "costs.bounds.low_percent")?;
            check_margin(bounds.high_percent, "costs.bounds.high_percent")?;
            if bounds.low_percent > bounds.high_percent {
                let expected = "a low end that is not above the high end";
                let why = ProfitRefused::OutOfRange { expected };
                return Err(ProfitError::about("costs.bounds", why));
            }
        }
        Ok(Self {
            products,
            categories,
            account: costs.default_margin_percent,
            bounds: costs.bounds,
        })
    }

    /// The first rule that knows. A margin of a list price of zero says nothing: what is given away is not free.
    pub(super) fn find(&self, line: &Line, at: Timestamp, list: i128, kept: u32) -> (Rule, Found) {
        if let Some(cost) = line.unit_cost {
            return (Rule::Line, Found::Unit(cost));
        }
        let dated = self.products.get(&line.product);
        if let Some((_, cost)) = dated.and_then(|costs| costs.range(..=at).next_back()) {
            return (Rule::Product, Found::Unit(*cost));
        }
        let category = line.category.as_ref();
        let category = category.and_then(|name| self.categories.get(name));
        match (category, self.account) {
            (Some(margin), _) if list > 0 => (Rule::Category, Found::Margin(*margin)),
            (None, Some(margin)) if list > 0 => (Rule::Account, Found::Margin(margin)),
            _ if kept == 0 => (Rule::Returned, Found::Nothing),
            _ => (Rule::Missing, Found::Nothing),
        }
    }

    /// Between which ends a missing cost lies: from nothing to nobody knows, unless somebody vouched for margins.
    pub(super) fn missing(&self, list: i128, kept: u32, quantity: u32) -> (i128, Option<i128>) {
        match self.bounds {
            Some(bounds) if list > 0 => (
                of_margin(list, bounds.high_percent, kept, quantity),
                Some(of_margin(list, bounds.low_percent, kept, quantity)),
            ),
            _ => (0, None),
        }
    }
}

/// The part of the list price that is not margin, for the units kept.
pub(super) fn of_margin(list: i128, margin: Percent, kept: u32, quantity: u32) -> i128 {
    let over = list * (WHOLE - margin.count()) * i128::from(kept);
    rounded(over, WHOLE * i128::from(quantity.max(1)))
}
