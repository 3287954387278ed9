//! `GET /v1/journeys/flow?from=&to=&steps=&channels=`: how journeys flow from touch to touch, as nodes and links of a Sankey
//! diagram.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use stratum_core::customer::journey::{OpenJourneys, Sankey};
use stratum_core::vocabulary::Timestamp;

use super::at_once;
use super::range::{Range, Rows};
use crate::http::{AppState, OfTenant, Problem, Query};

const USUAL_STEPS: u8 = 4;
const MOST_STEPS: u8 = 10;
const USUAL_CHANNELS: u16 = 8;
const MOST_CHANNELS: u16 = 20;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    steps: Option<u8>,
    channels: Option<u16>,
}

#[derive(Debug, Serialize)]
pub(super) struct Flow {
    from: Timestamp,
    to: Timestamp,
    steps: u8,
    channels: u16,
    #[serde(flatten)]
    flow: Sankey,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    Query(asked): Query<Asked>,
) -> Result<Json<Flow>, Problem> {
    let range = Range::new(asked.from, asked.to);
    let span = range.within(state.now())?;
    let steps = asked.steps.unwrap_or(USUAL_STEPS);
    if !(1..=MOST_STEPS).contains(&steps) {
        let detail = format!("a flow has 1 to {MOST_STEPS} steps");
        return Err(Problem::invalid("request.invalid_steps", detail).at("steps"));
    }
    let channels = asked.channels.unwrap_or(USUAL_CHANNELS);
    if !(1..=MOST_CHANNELS).contains(&channels) {
        let detail = format!("a flow shows 1 to {MOST_CHANNELS} channels");
        return Err(Problem::invalid("request.invalid_channels", detail).at("channels"));
    }
    let place = at_once::place().await?;
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let rows = Rows::read(&mut scope, span).await?;
    drop(scope);
    let work = move || -> Result<Sankey, Problem> {
        let journeys = rows.journeys(span)?;
        Ok(journeys.sankey(steps, channels, OpenJourneys::Count))
    };
    let flow = place.compute(work).await??;
    Ok(Json(Flow {
        from: span.from,
        to: span.to,
        steps,
        channels,
        flow,
    }))
}
