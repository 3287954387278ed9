//! `PUT /v1/policy`: adopts a policy from now on, and records it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use stratum_core::trust::PolicySettings;

use super::checked;
use super::show::PolicyAnswer;
use crate::http::extract::person::person;
use crate::http::{AppState, JsonBody, OfTenant, Problem};
use crate::jobs::adopt_policy::adopt_policy;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adoption {
    policy: PolicySettings,
    by: String,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    JsonBody(adoption): JsonBody<Adoption>,
) -> Result<Json<PolicyAnswer>, Problem> {
    let by = person(&adoption.by)?;
    let policy = checked(adoption.policy)?;
    adopt_policy(state.desk(), tenant.id(), &policy, &by).await?;
    Ok(Json(PolicyAnswer::from(&policy)))
}
