//! `GET /v1/accounts/{account}/health`: the health of this moment, with its components and their measures.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Serialize;
use stratum_core::signal::{Health, Status};
use stratum_core::trust::Policy;
use stratum_core::vocabulary::{AccountId, Timestamp};
use stratum_core::wire::{ComponentAnswer, HealthAnswer};

use super::named;
use crate::http::{AppState, OfTenant, PathPart, Problem};
use crate::jobs::evaluate_health::{current_policy, health_now};

/// Health in full.
#[derive(Debug, Clone, Serialize)]
pub struct HealthDetail {
    account: AccountId,
    at: Timestamp,
    status: Status,
    score: Option<f64>,
    low: f64,
    high: f64,
    coverage: f64,
    recovering_until: Option<Timestamp>,
    components: Vec<ComponentAnswer>,
}

impl HealthDetail {
    /// A health as it is answered.
    #[must_use]
    pub fn of(account: AccountId, health: &Health, policy: &Policy) -> Self {
        let answer = HealthAnswer::of(health);
        let recovery = &policy.settings().health.recovery;
        let left = health
            .memory()
            .recovered_in_seconds(Status::Healthy, recovery, health.at());
        Self {
            account,
            at: answer.at,
            status: answer.summary.status,
            score: answer.summary.score,
            low: answer.summary.low,
            high: answer.summary.high,
            coverage: answer.summary.coverage,
            recovering_until: left.and_then(|seconds| later(health.at(), seconds)),
            components: answer.components,
        }
    }
}

fn later(at: Timestamp, seconds: f64) -> Option<Timestamp> {
    let seconds = stratum_core::numeric::functions::nearest_count(seconds);
    at.checked_add_signed(TimeDelta::try_seconds(i64::try_from(seconds).ok()?)?)
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(account): PathPart<String>,
) -> Result<Json<HealthDetail>, Problem> {
    let now = state.now();
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let account = named(&mut scope, &account).await?;
    let policy = current_policy(&mut scope).await?;
    let health = health_now(&mut scope, state.desk(), &account, &policy, now).await?;
    Ok(Json(HealthDetail::of(account.id, &health, &policy)))
}
