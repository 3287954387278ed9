//! `GET /v1/accounts/{account}/health/history?from=&to=`: health over time, one point an hour.

use axum::Json;
use axum::extract::State;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stratum_core::vocabulary::Timestamp;

use super::named;
use crate::http::{AppState, OfTenant, PathPart, Problem, Query};

/// The most points of one answer: more than a year of hours.
const MOST_POINTS: u32 = 10_000;

#[derive(Debug, Deserialize)]
pub(super) struct Range {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
pub(super) struct History {
    points: Vec<Value>,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(account): PathPart<String>,
    Query(range): Query<Range>,
) -> Result<Json<History>, Problem> {
    let from = range.from.unwrap_or(DateTime::UNIX_EPOCH);
    let to = range.to.unwrap_or_else(|| state.now());
    if from > to {
        let detail = "a range begins before it ends";
        return Err(Problem::invalid("request.invalid_range", detail).at("from"));
    }
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let account = named(&mut scope, &account).await?;
    let points = scope
        .health_history(&account.id, from, to, MOST_POINTS)
        .await?;
    Ok(Json(History {
        points: points.into_iter().map(|point| point.health).collect(),
    }))
}
