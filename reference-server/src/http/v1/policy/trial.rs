//! `POST /v1/policy/trial`: judges the past under another policy; nothing is changed.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use stratum_core::trust::PolicySettings;

use super::checked;
use crate::decisions::trial::TrialAnswer;
use crate::http::{AppState, JsonBody, OfTenant, Problem};
use crate::jobs::try_policy::try_policy;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    policy: PolicySettings,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    JsonBody(trial): JsonBody<Trial>,
) -> Result<Json<TrialAnswer>, Problem> {
    let policy = checked(trial.policy)?;
    Ok(Json(try_policy(state.store(), tenant.id(), &policy).await?))
}
