//! Which touchpoints led to which conversion, and what does the time between them say? Calls that take touchpoints.
//!
//! Not here: paths that were counted before (`credit`).

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::FixedOffset;
use serde::{Deserialize, Serialize};

use super::call::Refusal;
use super::credit::{about_intervals, about_model};
use crate::attribution::hazard::{
    HazardCredit, HazardError, HazardIntervals, HazardModel, HazardSettings,
};
use crate::attribution::{Attribution, AttributionModel, Bootstrap, ShareIntervals};
use crate::customer::journey::columns::Totals;
use crate::customer::journey::{
    Assists, Conversion, Journey, JourneyError, JourneyRules, Journeys, LagFrom, OpenJourneys,
    Outcome, PathLengths, Sankey, TimeLags, TopPaths, Touchpoint, Transitions,
};
use crate::vocabulary::{Currency, Timestamp};

/// Asks for journeys. Without rules those of the baseline of November 2026 count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneysCall {
    /// What persons saw, in any order.
    pub touchpoints: Vec<Touchpoint>,
    /// What they did, in any order.
    pub conversions: Vec<Conversion>,
    /// By which rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<JourneyRules>,
    /// Which tables are wanted besides; none without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<Tables>,
    /// The moment journeys are built for.
    pub now: Timestamp,
}

/// How journeys are counted in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tables {
    /// Whether journeys that are still open count.
    pub open: OpenJourneys,
    /// How many paths are listed.
    pub paths_max: u16,
    /// From which touch lags are counted.
    pub lag_from: LagFrom,
    /// How far the account's zone is ahead of UTC.
    pub utc_offset_seconds: i32,
    /// How many touches the flow shows.
    pub flow_steps: u8,
    /// How many channels have nodes of their own there.
    pub flow_channels: u16,
}

/// One touch of a journey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TouchRow {
    /// On which channel.
    pub channel: String,
    /// How long before the end of the journey.
    pub seconds_before_end: u32,
    /// In which session of the journey, from 1.
    pub session: u32,
}

/// One journey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneyRow {
    /// Whose.
    pub person: String,
    /// How it ended.
    pub outcome: Outcome,
    /// When, in whole seconds.
    pub ended_at: Timestamp,
    /// Its touches in order of time.
    pub touches: Vec<TouchRow>,
    /// How many conversions closed it.
    pub conversions: u32,
    /// What they are worth, in the smallest unit of the currency.
    pub value_minor: i64,
}

/// The tables that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TablesAnswer {
    /// The paths with the most conversions.
    pub top_paths: TopPaths,
    /// Every step that was taken.
    pub transitions: Transitions,
    /// Conversions by days since a touch.
    pub time_lags: TimeLags,
    /// Journeys by number of touches.
    pub path_lengths: PathLengths,
    /// What each channel did in converted journeys.
    pub assists: Assists,
    /// Nodes and links of a Sankey diagram.
    pub flow: Sankey,
}

/// Journeys, sorted by person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneysAnswer {
    /// The currency of every value; none without conversions.
    pub currency: Option<Currency>,
    /// What was counted.
    pub totals: Totals,
    /// Each journey.
    pub journeys: Vec<JourneyRow>,
    /// The tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<TablesAnswer>,
}

/// Asks one model for credit, from touchpoints: for rules that need the time of each touch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeJourneysCall {
    /// Which model.
    pub model: AttributionModel,
    /// What persons saw.
    pub touchpoints: Vec<Touchpoint>,
    /// What they did.
    pub conversions: Vec<Conversion>,
    /// By which rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<JourneyRules>,
    /// The moment journeys are built for.
    pub now: Timestamp,
}

/// Asks how sure the shares of one model are, from touchpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneyIntervalsCall {
    /// Which model.
    pub model: AttributionModel,
    /// What persons saw.
    pub touchpoints: Vec<Touchpoint>,
    /// What they did.
    pub conversions: Vec<Conversion>,
    /// By which rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<JourneyRules>,
    /// How journeys are resampled.
    pub bootstrap: Bootstrap,
    /// The moment journeys are built for.
    pub now: Timestamp,
}

/// Asks how fast touches work, and for credit by that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardCall {
    /// What persons saw.
    pub touchpoints: Vec<Touchpoint>,
    /// What they did.
    pub conversions: Vec<Conversion>,
    /// By which rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<JourneyRules>,
    /// Within which bounds the model is fitted; those of the baseline without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<HazardSettings>,
    /// How persons are resampled, for intervals of credit; none are told without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// The moment journeys are built for.
    pub now: Timestamp,
}

/// A fitted model, and what it gives whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardAnswer {
    /// What was learned.
    pub model: HazardModel,
    /// Who gets what.
    pub credit: HazardCredit,
    /// How sure that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<HazardIntervals>,
}

/// Answers a [`JourneysCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `touchpoints[3].channel`.
pub fn journeys(call: &JourneysCall) -> Result<JourneysAnswer, Refusal> {
    let offset = match &call.tables {
        Some(tables) => Some((tables, offset(tables.utc_offset_seconds)?)),
        None => None,
    };
    let built = built(&call.touchpoints, &call.conversions, call.rules, call.now)?;
    Ok(JourneysAnswer {
        currency: built.currency(),
        totals: *built.totals(),
        journeys: built.iter().map(|journey| row(&journey)).collect(),
        tables: offset.map(|(tables, offset)| counted(&built, tables, offset)),
    })
}

/// Answers an [`AttributeJourneysCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field.
pub fn attribute_journeys(call: &AttributeJourneysCall) -> Result<Attribution, Refusal> {
    let built = built(&call.touchpoints, &call.conversions, call.rules, call.now)?;
    let answer = call.model.attribute(&built);
    answer.map_err(|error| about_model("model", &call.model, &error))
}

/// Answers a [`JourneyIntervalsCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `bootstrap.groups`.
pub fn journey_intervals(call: &JourneyIntervalsCall) -> Result<ShareIntervals, Refusal> {
    let built = built(&call.touchpoints, &call.conversions, call.rules, call.now)?;
    let answer = call.bootstrap.intervals(&call.model, &built);
    answer.map_err(|error| about_intervals(&call.model, &error))
}

/// Answers a [`HazardCall`].
///
/// # Errors
/// [`Refusal`] with the path to a wrong field, such as `settings.tolerance`; no journeys.
pub fn hazard(call: &HazardCall) -> Result<HazardAnswer, Refusal> {
    let built = built(&call.touchpoints, &call.conversions, call.rules, call.now)?;
    let settings = call.settings;
    let settings = settings.unwrap_or(const { HazardSettings::baseline_2026_11() });
    let model = HazardModel::fit(&built, &settings)?;
    let credit = model.credit(&built)?;
    let intervals = call
        .bootstrap
        .map(|it| model.intervals(&built, &built, &it));
    Ok(HazardAnswer {
        model,
        credit,
        intervals: intervals.transpose()?,
    })
}

impl From<JourneyError> for Refusal {
    fn from(error: JourneyError) -> Self {
        Self {
            code: error.code().to_string(),
            path: error.path().to_owned(),
            message: error.why().to_string(),
        }
    }
}

impl From<HazardError> for Refusal {
    fn from(error: HazardError) -> Self {
        let path = match &error {
            HazardError::SettingOutOfRange { field, .. } => alloc::format!("settings.{field}"),
            HazardError::Bootstrap(error) => alloc::format!("bootstrap.{}", error.path()),
            HazardError::NoJourneys
            | HazardError::UnknownChannel { .. }
            | HazardError::NoIntervals { .. } => "touchpoints".to_owned(),
        };
        Self {
            code: error.code().to_string(),
            path,
            message: match &error {
                HazardError::Bootstrap(error) => error.why().to_string(),
                error => error.to_string(),
            },
        }
    }
}

fn built(
    touchpoints: &[Touchpoint],
    conversions: &[Conversion],
    rules: Option<JourneyRules>,
    now: Timestamp,
) -> Result<Journeys, Refusal> {
    let rules = rules.unwrap_or(const { JourneyRules::baseline_2026_11() });
    Ok(Journeys::build(touchpoints, conversions, &rules, now)?)
}

fn offset(seconds: i32) -> Result<FixedOffset, Refusal> {
    FixedOffset::east_opt(seconds).ok_or_else(|| Refusal {
        code: "journeys.offset_out_of_range".to_owned(),
        path: "tables.utc_offset_seconds".to_owned(),
        message: alloc::format!("a zone is less than a day ahead or behind, not {seconds} seconds"),
    })
}

fn counted(built: &Journeys, tables: &Tables, offset: FixedOffset) -> TablesAnswer {
    TablesAnswer {
        top_paths: built.top_paths(usize::from(tables.paths_max), tables.open),
        transitions: built.transitions(tables.open),
        time_lags: built.time_lags(tables.lag_from, |_| offset),
        path_lengths: built.path_lengths(),
        assists: built.assists(),
        flow: built.sankey(tables.flow_steps, tables.flow_channels, tables.open),
    }
}

fn row(journey: &Journey<'_>) -> JourneyRow {
    let times = journey
        .seconds_before_end
        .iter()
        .zip(journey.session_numbers);
    let touches = journey.channel_names().zip(times);
    let touches = touches.map(|(channel, (seconds_before_end, session))| TouchRow {
        channel: channel.to_owned(),
        seconds_before_end: *seconds_before_end,
        session: *session,
    });
    let end = Timestamp::from_timestamp(i64::from(journey.end_seconds), 0);
    JourneyRow {
        person: journey.person.to_owned(),
        outcome: journey.outcome,
        ended_at: end.unwrap_or_default(),
        touches: touches.collect(),
        conversions: journey.conversions,
        value_minor: journey.value_minor,
    }
}
