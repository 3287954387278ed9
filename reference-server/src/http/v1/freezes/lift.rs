//! `POST /v1/freezes/{freeze}/lift`: lifts a freeze.

use axum::Json;
use axum::extract::State;
use stratum_core::vocabulary::FreezeId;

use super::FreezeAnswer;
use crate::http::extract::person::{ByWhom, person};
use crate::http::{AppState, JsonBody, OfTenant, PathPart, Problem};
use crate::jobs::set_freeze::lift_freeze;

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(freeze): PathPart<String>,
    JsonBody(lift): JsonBody<ByWhom>,
) -> Result<Json<FreezeAnswer>, Problem> {
    let by = person(&lift.by)?;
    let id = FreezeId::new(&freeze)
        .map_err(|_| Problem::not_found("freeze.unknown", "there is no such freeze"))?;
    Ok(Json(FreezeAnswer::from(
        lift_freeze(state.desk(), tenant.id(), &id, by).await?,
    )))
}
