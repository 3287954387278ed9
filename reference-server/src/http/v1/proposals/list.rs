//! `GET /v1/proposals?state=awaiting_approval`: proposals in one state, newest first.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stratum_store::trust::ProposalState;

use crate::http::v1::decisions::answered;
use crate::http::{AppState, OfTenant, Problem, Query};

const MOST: u32 = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    state: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Proposals {
    proposals: Vec<Value>,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    Query(filter): Query<Filter>,
) -> Result<Json<Proposals>, Problem> {
    let wanted: Option<ProposalState> = filter
        .state
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| {
            let detail = "unknown state of a proposal, such as awaiting_approval";
            Problem::invalid("request.invalid_state", detail).at("state")
        })?;
    let now = state.now();
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let mut proposals = Vec::new();
    for stored in scope.proposals(wanted, MOST).await? {
        let is_open = wanted != Some(ProposalState::AwaitingApproval)
            || stored.expires_at.is_none_or(|end| end > now);
        let Some(seq) = stored.seq.filter(|_| is_open) else {
            continue;
        };
        let Some(decision) = scope.decision(seq).await? else {
            continue;
        };
        let mut answer = answered(&decision);
        if let Value::Object(fields) = &mut answer {
            fields.insert("proposal_id".to_owned(), json!(stored.proposal.id));
            fields.insert("expires_at".to_owned(), json!(stored.expires_at));
        }
        proposals.push(answer);
    }
    Ok(Json(Proposals { proposals }))
}
