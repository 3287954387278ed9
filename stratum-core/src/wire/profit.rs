//! What is left of sales? The call that turns orders, costs and spend into contribution and what breaks even.

use alloc::borrow::ToOwned as _;
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::call::Refusal;
use crate::profit::{Books, Costs, Order, Profit, ProfitError, Rate, Refund, Spend};
use crate::vocabulary::Currency;

/// Asks what is left of orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfitCall {
    /// What everything is added up in.
    pub currency: Currency,
    /// Orders, in any order.
    pub orders: Vec<Order>,
    /// What was given back for them, in any order.
    #[serde(default)]
    pub refunds: Vec<Refund>,
    /// What advertising cost for them: no row, nothing; absent, nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<Vec<Spend>>,
    /// What is known of costs beside what lines say.
    #[serde(default)]
    pub costs: Costs,
    /// What other currencies were worth.
    #[serde(default)]
    pub rates: Vec<Rate>,
}

/// Answers a [`ProfitCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `orders[3].lines[0].unit_price`.
pub fn profit(call: &ProfitCall) -> Result<Profit, Refusal> {
    let books = Books::new(call.currency, &call.costs, &call.rates)?;
    let spend = call.spend.as_deref();
    Ok(Profit::of(&books, &call.orders, &call.refunds, spend)?)
}

impl From<ProfitError> for Refusal {
    fn from(error: ProfitError) -> Self {
        Self {
            code: error.code().to_string(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}
