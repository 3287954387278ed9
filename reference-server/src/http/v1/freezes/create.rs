//! `POST /v1/freezes`: stops every increase within a scope, from the next review on.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use stratum_core::trust::FreezeScope;

use super::FreezeAnswer;
use crate::http::extract::person::person;
use crate::http::{AppState, JsonBody, OfTenant, Problem};
use crate::jobs::set_freeze::set_freeze;

/// The longest reason, in characters.
const LONGEST_WHY: usize = 2000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFreeze {
    scope: FreezeScope,
    by: String,
    why: String,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    JsonBody(freeze): JsonBody<NewFreeze>,
) -> Result<Json<FreezeAnswer>, Problem> {
    let by = person(&freeze.by)?;
    let why = freeze.why.trim();
    if why.is_empty() || why.chars().count() > LONGEST_WHY {
        let detail = format!("say why, in at most {LONGEST_WHY} characters");
        return Err(Problem::invalid("freeze.why", detail).at("why"));
    }
    let set = set_freeze(state.desk(), tenant.id(), freeze.scope, by, why.to_owned()).await?;
    Ok(Json(FreezeAnswer::from(set)))
}
