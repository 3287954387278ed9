//! Which touch earned it, how far back does it matter, and who gets the odd cent? Calls beside those of whole models.
//!
//! Not here: credit of channels by a model (`credit`).

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::call::Refusal;
use super::credit::{PathCounts, refused, table};
use crate::attribution::{
    Bootstrap, MAX_CHANNELS, MarkovModel, OrderChoice, PathTotals, Paths as _, PlaceCredit,
    PlaceInterval, Transitions, apportion as parts_of, choose_order as choose,
    ordered_shapley as by_place,
};

/// Asks at which touch of a path each channel earns its credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderedShapleyCall {
    /// The journeys, counted by path; the same path may come again.
    pub paths: Vec<PathCounts>,
}

/// Credit of every channel at every place of the path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderedShapleyAnswer {
    /// One entry for each channel and place with credit, in ascending order of channels, then places.
    pub credits: Vec<PlaceCredit>,
    /// What was shared out and what was not.
    pub totals: PathTotals,
}

/// Asks how sure the shares of channels by place are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceIntervalsCall {
    /// The journeys, counted by path.
    pub paths: Vec<PathCounts>,
    /// How they are resampled.
    pub bootstrap: Bootstrap,
}

/// The share of every channel at every place of the path, with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceIntervalsAnswer {
    /// How journeys were resampled.
    pub bootstrap: Bootstrap,
    /// One entry for each channel and place with credit, in ascending order of channels, then places.
    pub shares: Vec<PlaceInterval>,
}

/// Asks how many touches back the next step depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChooseOrderCall {
    /// The journeys, counted by path.
    pub paths: Vec<PathCounts>,
    /// The highest order that is tried, 1 to 4.
    pub highest: usize,
}

/// Asks which share of one path each of its touches has, by removal effects of all journeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathSharesCall {
    /// How many touches back the chain remembers, 1 to 4.
    pub order: usize,
    /// The journeys that the chain is fitted to, counted by path.
    pub paths: Vec<PathCounts>,
    /// The path that is shared out; it need not be one of those.
    pub path: Vec<String>,
}

/// The share of each touch of a path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathSharesAnswer {
    /// In the order of the touches; together 1, unless there is no touch.
    pub shares: Vec<f64>,
}

/// Asks for whole parts of an amount in proportion to weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApportionCall {
    /// The amount, in the smallest unit of its currency.
    pub amount_minor: i64,
    /// One weight for each part; at most [`MAX_CHANNELS`].
    pub weights: Vec<f64>,
}

/// Whole parts of an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApportionAnswer {
    /// In the order of the weights; together the amount, or all zero where the weights do not add up to more than nothing.
    pub parts_minor: Vec<i64>,
}

/// Answers an [`OrderedShapleyCall`].
///
/// ```
/// use stratum_core::wire::{OrderedShapleyCall, ordered_shapley};
/// let call = r#"{"paths":[{"path":["search","mail","search"],"conversions":1,"value_minor":400}]}"#;
/// let call: OrderedShapleyCall = serde_json::from_str(call).unwrap();
/// let answer = ordered_shapley(&call).unwrap();
/// let told: Vec<_> = answer.credits.iter().map(|c| (&*c.channel, c.place, c.value_minor)).collect();
/// assert_eq!(told, [("mail", 2, 200), ("search", 1, 100), ("search", 3, 100)]);
/// ```
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `paths[3].value_minor`.
pub fn ordered_shapley(call: &OrderedShapleyCall) -> Result<OrderedShapleyAnswer, Refusal> {
    let table = table(&call.paths)?;
    let credits = by_place(&table).map_err(|error| refused(&error, "paths".to_string()))?;
    Ok(OrderedShapleyAnswer {
        credits,
        totals: table.totals(),
    })
}

/// Answers a [`PlaceIntervalsCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `bootstrap.level`.
pub fn place_intervals(call: &PlaceIntervalsCall) -> Result<PlaceIntervalsAnswer, Refusal> {
    let table = table(&call.paths)?;
    let shares = call.bootstrap.place_intervals(&table);
    let shares = shares.map_err(|error| match error.path() {
        field @ ("replicates" | "groups" | "level") => {
            refused(&error, format!("bootstrap.{field}"))
        }
        _ => refused(&error, "paths".to_string()),
    })?;
    Ok(PlaceIntervalsAnswer {
        bootstrap: call.bootstrap,
        shares,
    })
}

/// Answers a [`ChooseOrderCall`].
///
/// ```
/// use stratum_core::wire::{ChooseOrderCall, choose_order};
/// // Only whoever came by search converts after mail.
/// let call = r#"{"highest":4,"paths":[{"path":["search","mail"],"conversions":500},{"path":["social","mail"],"lapsed":500}]}"#;
/// let call: ChooseOrderCall = serde_json::from_str(call).unwrap();
/// assert_eq!(choose_order(&call).unwrap().order, 2);
/// ```
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `highest`.
pub fn choose_order(call: &ChooseOrderCall) -> Result<OrderChoice, Refusal> {
    let table = table(&call.paths)?;
    choose(&table, call.highest).map_err(|error| match error.path() {
        field @ "highest" => refused(&error, field.to_string()),
        _ => refused(&error, "paths".to_string()),
    })
}

/// Answers a [`PathSharesCall`].
///
/// ```
/// use stratum_core::wire::{PathSharesCall, path_shares};
/// let call = r#"{"order":1,"path":["mail","search"],"paths":[
///     {"path":["search"],"conversions":3},{"path":["mail"],"conversions":1}
/// ]}"#;
/// let call: PathSharesCall = serde_json::from_str(call).unwrap();
/// assert_eq!(path_shares(&call).unwrap().shares, [0.25, 0.75]);
/// ```
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `order` or `path[2]`.
pub fn path_shares(call: &PathSharesCall) -> Result<PathSharesAnswer, Refusal> {
    let table = table(&call.paths)?;
    let fitted = Transitions::count(&table, call.order)
        .and_then(|transitions| MarkovModel::fit(&transitions));
    let model = fitted.map_err(|error| match error.path() {
        field @ "order" => refused(&error, field.to_string()),
        _ => refused(&error, "paths".to_string()),
    })?;
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let shares = model.path_shares(&path);
    let shares = shares.map_err(|error| refused(&error, error.path().to_string()))?;
    Ok(PathSharesAnswer { shares })
}

/// Answers an [`ApportionCall`].
///
/// ```
/// use stratum_core::wire::{ApportionCall, apportion};
/// let call: ApportionCall = serde_json::from_str(r#"{"amount_minor":100,"weights":[1,1,1]}"#).unwrap();
/// assert_eq!(apportion(&call).unwrap().parts_minor, [34, 33, 33]);
/// let endless = ApportionCall { weights: vec![1.0, f64::INFINITY], ..call };
/// assert_eq!(apportion(&endless).unwrap_err().path, "weights[1]");
/// ```
///
/// # Errors
/// [`Refusal`] with the path to a wrong field: a weight that is no number, or more weights than there can be channels.
pub fn apportion(call: &ApportionCall) -> Result<ApportionAnswer, Refusal> {
    let (given, most) = (call.weights.len(), MAX_CHANNELS);
    if given > most {
        return Err(Refusal {
            code: "attribution.too_many_channels".to_string(),
            path: "weights".to_string(),
            message: format!("there may be at most {most} weights, not {given}"),
        });
    }
    let endless = call.weights.iter().position(|weight| !weight.is_finite());
    if let Some(place) = endless {
        return Err(Refusal {
            code: "attribution.unusable_weights".to_string(),
            path: format!("weights[{place}]"),
            message: "a weight is a finite number".to_string(),
        });
    }
    Ok(ApportionAnswer {
        parts_minor: parts_of(call.amount_minor, &call.weights),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_weights_than_channels_are_refused() {
        let mut call = ApportionCall {
            amount_minor: 1,
            weights: alloc::vec![1.0; MAX_CHANNELS],
        };
        let parts = apportion(&call).unwrap().parts_minor;
        assert_eq!(parts.iter().sum::<i64>(), 1);
        call.weights.push(1.0);
        let error = apportion(&call).unwrap_err();
        assert_eq!(error.code, "attribution.too_many_channels");
        assert_eq!(error.path, "weights");
    }
}
