//! `GET /v1/decisions?limit=&before=&verdict=&account=&state=`: decisions, newest first.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stratum_core::vocabulary::AccountId;
use stratum_store::trust::DecisionFilter;

use super::answered;
use crate::http::extract::paging::Paging;
use crate::http::{AppState, OfTenant, Problem, Query};

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    verdict: Option<String>,
    account: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Decisions {
    decisions: Vec<Value>,
    next_before: Option<u64>,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    Query(paging): Query<Paging>,
    Query(filter): Query<Filter>,
) -> Result<Json<Decisions>, Problem> {
    let limit = paging.limit()?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let verdict = given(filter.verdict);
    if let Some(name) = &verdict
        && !["pass", "hold", "block"].contains(&name.as_str())
    {
        let detail = "a verdict is pass, hold or block";
        return Err(Problem::invalid("request.invalid_verdict", detail).at("verdict"));
    }
    let account = given(filter.account)
        .map(|id| AccountId::new(&id))
        .transpose();
    let account = account
        .map_err(|error| Problem::invalid("request.invalid_id", error.to_string()).at("account"))?;
    let filter = DecisionFilter {
        before: paging.before,
        verdict,
        account,
        state: given(filter.state),
    };
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let found = scope.decisions(&filter, limit).await?;
    let numbers: Vec<u64> = found.iter().map(|decision| decision.seq).collect();
    Ok(Json(Decisions {
        decisions: found.iter().map(answered).collect(),
        next_before: Paging::next_before(&numbers, limit),
    }))
}
