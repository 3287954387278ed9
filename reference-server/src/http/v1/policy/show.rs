//! `GET /v1/policy`: the policy that holds, every number of it.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use stratum_core::trust::{Policy, PolicySettings};
use stratum_core::vocabulary::Digest;

use crate::http::{AppState, OfTenant, Problem};
use crate::jobs::evaluate_health::current_policy;

/// A policy as it is answered.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyAnswer {
    version: String,
    digest: Digest,
    policy: PolicySettings,
}

impl From<&Policy> for PolicyAnswer {
    fn from(policy: &Policy) -> Self {
        Self {
            version: policy.settings().version.to_string(),
            digest: policy.digest(),
            policy: policy.settings().clone(),
        }
    }
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
) -> Result<Json<PolicyAnswer>, Problem> {
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    Ok(Json(PolicyAnswer::from(&current_policy(&mut scope).await?)))
}
