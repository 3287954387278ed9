//! Who gets credit? Calls that take counted paths: one model, one with intervals, several beside each other.
//!
//! Not here: paths with times; they come from touchpoints (`journeys`).

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::call::Refusal;
use crate::attribution::{
    Agreement, Attribution, AttributionError, AttributionModel, Bootstrap, Channels, Counts,
    PathTable, ShareIntervals, ShareRange, agreement as agree, share_ranges,
};

/// The most models that are set beside each other.
pub const MAX_MODELS: usize = 32;

/// A path and what came of the journeys along it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathCounts {
    /// The channels in order, repeats kept; empty where nothing was touched.
    pub path: Vec<String>,
    /// How many conversions.
    #[serde(default)]
    pub conversions: u64,
    /// Their value in the smallest unit of the currency.
    #[serde(default)]
    pub value_minor: i64,
    /// How many journeys ended without one.
    #[serde(default)]
    pub lapsed: u64,
}

/// Asks one model who gets credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeCall {
    /// Which model.
    pub model: AttributionModel,
    /// The journeys, counted by path; the same path may come again.
    pub paths: Vec<PathCounts>,
}

/// Asks how sure the shares of one model are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntervalsCall {
    /// Which model.
    pub model: AttributionModel,
    /// The journeys, counted by path.
    pub paths: Vec<PathCounts>,
    /// How they are resampled.
    pub bootstrap: Bootstrap,
}

/// Asks how far models agree about the same journeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementCall {
    /// Which models.
    pub models: Vec<AttributionModel>,
    /// The journeys, counted by path.
    pub paths: Vec<PathCounts>,
}

/// What several models say, and how far they agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementAnswer {
    /// What each says, in the order asked.
    pub answers: Vec<Attribution>,
    /// Every pair of them.
    pub pairs: Vec<Agreement>,
    /// The least and the largest share of each channel.
    pub ranges: Vec<ShareRange>,
}

/// Answers an [`AttributeCall`].
///
/// ```
/// use stratum_core::wire::{AttributeCall, attribute};
/// let call = r#"{"model":{"rule":{"rule":"linear"}},"paths":[{"path":["search","mail"],"conversions":1,"value_minor":101}]}"#;
/// let call: AttributeCall = serde_json::from_str(call).unwrap();
/// let answer = attribute(&call).unwrap();
/// assert_eq!(answer.of("mail").unwrap().value_minor, 51);
/// ```
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `paths[3].value_minor` or `model.markov.order`.
pub fn attribute(call: &AttributeCall) -> Result<Attribution, Refusal> {
    let table = table(&call.paths)?;
    let answer = call.model.attribute(&table);
    answer.map_err(|error| about_model("model", &call.model, &error))
}

/// Answers an [`IntervalsCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `bootstrap.groups`.
pub fn intervals(call: &IntervalsCall) -> Result<ShareIntervals, Refusal> {
    let table = table(&call.paths)?;
    let answer = call.bootstrap.intervals(&call.model, &table);
    answer.map_err(|error| about_intervals(&call.model, &error))
}

/// Answers an [`AgreementCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `models[2].shapley.pairs`.
pub fn agreement(call: &AgreementCall) -> Result<AgreementAnswer, Refusal> {
    let models = call.models.len();
    if models > MAX_MODELS {
        return Err(Refusal {
            code: "attribution.too_many_models".to_string(),
            path: "models".to_string(),
            message: format!("there may be at most {MAX_MODELS} models, not {models}"),
        });
    }
    let table = table(&call.paths)?;
    let mut answers = Vec::with_capacity(models);
    for (place, model) in call.models.iter().enumerate() {
        let answer = model.attribute(&table);
        answers
            .push(answer.map_err(|error| about_model(&format!("models[{place}]"), model, &error))?);
    }
    Ok(AgreementAnswer {
        pairs: agree(&answers),
        ranges: share_ranges(&answers),
        answers,
    })
}

pub(super) fn table(rows: &[PathCounts]) -> Result<PathTable, Refusal> {
    let mut channels = Channels::default();
    let mut coded = Vec::with_capacity(rows.len());
    for (number, row) in rows.iter().enumerate() {
        let mut codes = Vec::with_capacity(row.path.len());
        for (place, name) in row.path.iter().enumerate() {
            let code = channels.code_of(name);
            codes.push(
                code.map_err(|error| refused(&error, format!("paths[{number}].path[{place}]")))?,
            );
        }
        coded.push(codes);
    }
    let mut table = PathTable::over(channels);
    for (number, (row, codes)) in rows.iter().zip(coded).enumerate() {
        let counts = Counts {
            conversions: row.conversions,
            value_minor: row.value_minor,
            lapsed: row.lapsed,
        };
        table
            .add(&codes, counts)
            .map_err(|error| match error.path() {
                "counts" => refused(&error, format!("paths[{number}]")),
                field => refused(&error, format!("paths[{number}].{field}")),
            })?;
    }
    Ok(table)
}

/// What resampling refuses is a field of its own, or of the model.
pub(super) fn about_intervals(model: &AttributionModel, error: &AttributionError) -> Refusal {
    match error.path() {
        field @ ("replicates" | "groups" | "level") => refused(error, format!("bootstrap.{field}")),
        _ => about_model("model", model, error),
    }
}

/// What a model refuses is a field of its own, or the paths as a whole.
pub(super) fn about_model(at: &str, model: &AttributionModel, error: &AttributionError) -> Refusal {
    let kind = match model {
        AttributionModel::Rule(_) => "rule",
        AttributionModel::Markov { .. } => "markov",
        AttributionModel::MarkovByPath { .. } => "markov_by_path",
        AttributionModel::Shapley(_) => "shapley",
    };
    let path = match error.path() {
        field @ ("order" | "pairs" | "half_life_seconds") => format!("{at}.{kind}.{field}"),
        "weights" => format!("{at}.{kind}"),
        _ => "paths".to_string(),
    };
    refused(error, path)
}

pub(super) fn refused(error: &AttributionError, path: String) -> Refusal {
    Refusal {
        code: error.code().to_string(),
        path,
        message: error.why().to_string(),
    }
}
