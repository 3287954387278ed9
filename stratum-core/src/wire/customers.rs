//! What will customers be worth? Calls from orders to histories, models and predictions.
//!
//! Not here: journeys (`journeys`), whose conversions are the same orders.

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::FixedOffset;
use serde::{Deserialize, Serialize};

use super::call::Refusal;
use crate::customer::journey::Conversion;
use crate::customer::lifetime::{
    Dropout, History, Horizon, LifetimeError, Prediction, Predictor, PurchaseFit, PurchaseModel,
    SpendingFit, SpendingModel,
};
use crate::customer::purchases::{PurchaseDays, PurchaseError, Repeated};
use crate::customer::retention::{Period, Retention};
use crate::customer::rfm::{Rfm, RfmThresholds, Segment};
use crate::vocabulary::{Currency, Timestamp};

/// Asks how often, how recently and for how much each person bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoriesCall {
    /// Orders, in any order.
    pub conversions: Vec<Conversion>,
    /// How far the account's zone is ahead of UTC.
    pub utc_offset_seconds: i32,
    /// The moment customers are looked at.
    pub now: Timestamp,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryRow {
    /// Whose.
    pub person: String,
    /// Days with a purchase after the first.
    pub frequency: u32,
    /// Days from the first purchase to the last.
    pub recency: f64,
    /// Days from the first purchase to that of `now`.
    pub age: f64,
    /// What the purchases after the first day were worth, in the smallest unit.
    pub repeat_value_minor: i64,
}

/// Persons in order of their names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoriesAnswer {
    /// The currency of every value; none without orders.
    pub currency: Option<Currency>,
    /// Rows that repeat an order and count nowhere else.
    pub repeated: Repeated,
    /// Each person.
    pub customers: Vec<HistoryRow>,
}

/// Asks for the most likely models of purchases and of spending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifetimeFitCall {
    /// Customers, in any order and one unit of time.
    pub customers: Vec<History>,
    /// When customers may leave.
    pub dropout: Dropout,
    /// The currency of values; without it spending is not fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The share of cases that intervals are to hold.
    pub level: f64,
}

/// The models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifetimeFitAnswer {
    /// Of purchases.
    pub purchases: PurchaseFit,
    /// Of spending, where a currency was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spending: Option<SpendingFit>,
}

/// Asks what to expect of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifetimePredictCall {
    /// The model of purchases.
    pub purchases: PurchaseModel,
    /// The model of spending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spending: Option<SpendingModel>,
    /// How far ahead.
    pub horizon: Horizon,
    /// Customers, in the unit of time the model was fitted in.
    pub customers: Vec<History>,
    /// The share of cases that intervals are to hold.
    pub level: f64,
}

/// What to expect of each customer, in the order they were given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifetimePredictAnswer {
    /// One entry for each customer.
    pub predictions: Vec<Prediction>,
}

/// Asks for scores by how lately, how often and for how much persons bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmCall {
    /// Orders, in any order.
    pub conversions: Vec<Conversion>,
    /// How far the account's zone is ahead of UTC.
    pub utc_offset_seconds: i32,
    /// The moment customers are looked at.
    pub now: Timestamp,
    /// How many scores, 2 to 10. Not looked at where there are thresholds.
    pub bins: u8,
    /// Thresholds that were kept; without them those of these customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<RfmThresholds>,
    /// Segments, of which the first that fits is taken.
    pub segments: Vec<Segment>,
}

/// Asks how many come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionCall {
    /// Orders, in any order.
    pub conversions: Vec<Conversion>,
    /// How far the account's zone is ahead of UTC.
    pub utc_offset_seconds: i32,
    /// The moment customers are looked at.
    pub now: Timestamp,
    /// By months or by weeks.
    pub period: Period,
    /// For how many periods after the first, 1 to 520.
    pub periods_max: u16,
    /// The share of cases that intervals are to hold.
    pub level: f64,
}

/// Answers an [`RfmCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `segments[2]`.
pub fn rfm(call: &RfmCall) -> Result<Rfm, Refusal> {
    let days = days(&call.conversions, call.utc_offset_seconds, call.now)?;
    let answer = match &call.thresholds {
        Some(kept) => Rfm::of(&days, kept, &call.segments),
        None => Rfm::of(&days, &RfmThresholds::of(&days, call.bins)?, &call.segments),
    };
    Ok(answer?)
}

/// Answers a [`RetentionCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `periods_max`.
pub fn retention(call: &RetentionCall) -> Result<Retention, Refusal> {
    let days = days(&call.conversions, call.utc_offset_seconds, call.now)?;
    Ok(Retention::of(
        &days,
        call.period,
        call.periods_max,
        call.level,
    )?)
}

/// Answers a [`HistoriesCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `conversions[3].value`.
pub fn histories(call: &HistoriesCall) -> Result<HistoriesAnswer, Refusal> {
    let days = days(&call.conversions, call.utc_offset_seconds, call.now)?;
    let customers = days.histories().map(|(person, history)| HistoryRow {
        person: person.to_owned(),
        frequency: history.frequency,
        recency: history.recency,
        age: history.age,
        repeat_value_minor: history.repeat_value_minor,
    });
    Ok(HistoriesAnswer {
        currency: days.currency(),
        repeated: days.repeated(),
        customers: customers.collect(),
    })
}

/// Answers a [`LifetimeFitCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, or because customers do not determine a model.
pub fn lifetime_fit(call: &LifetimeFitCall) -> Result<LifetimeFitAnswer, Refusal> {
    let purchases = PurchaseFit::of(&call.customers, call.dropout, call.level)?;
    let spending = call
        .currency
        .map(|currency| SpendingFit::of(&call.customers, currency.exponent(), call.level));
    Ok(LifetimeFitAnswer {
        purchases,
        spending: spending.transpose()?,
    })
}

/// Answers a [`LifetimePredictCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `purchases.alpha` or `horizon.period`.
pub fn lifetime_predict(call: &LifetimePredictCall) -> Result<LifetimePredictAnswer, Refusal> {
    let predictor = Predictor::new(call.purchases, call.spending, call.horizon, call.level)?;
    Ok(LifetimePredictAnswer {
        predictions: predictor.of_all(&call.customers)?,
    })
}

fn days(
    conversions: &[Conversion],
    utc_offset_seconds: i32,
    now: Timestamp,
) -> Result<PurchaseDays, Refusal> {
    let offset = FixedOffset::east_opt(utc_offset_seconds).ok_or_else(|| Refusal {
        code: "purchases.offset_out_of_range".to_owned(),
        path: "utc_offset_seconds".to_owned(),
        message: alloc::format!(
            "a zone is less than a day ahead or behind, not {utc_offset_seconds} seconds"
        ),
    })?;
    Ok(PurchaseDays::of(conversions, now, |_| offset)?)
}

impl From<PurchaseError> for Refusal {
    fn from(error: PurchaseError) -> Self {
        Self {
            code: error.code().to_string(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}

impl From<LifetimeError> for Refusal {
    fn from(error: LifetimeError) -> Self {
        Self {
            code: error.code().to_string(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}
