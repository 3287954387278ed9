//! `POST /v1/proposals/{proposal}/settlement`: a person says what came of a write that nobody could confirm.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use stratum_core::ledger::{ReceiptOutcome, ReceiptRecord, SettledBy};
use stratum_core::vocabulary::ProposalId;

use crate::decisions::decision::DecisionState;
use crate::http::extract::person::person;
use crate::http::{AppState, JsonBody, OfTenant, PathPart, Problem};
use crate::jobs::carry_out::state_of;
use crate::jobs::recover_executions::settle_by_hand;

/// The longest reason, in characters.
const LONGEST_WHY: usize = 2000;

/// What a person can know that the platform could not tell.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Known {
    Applied,
    NotApplied,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settlement {
    outcome: Known,
    by: String,
    why: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SettledAnswer {
    proposal_id: ProposalId,
    state: DecisionState,
    receipt: ReceiptRecord,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(proposal): PathPart<String>,
    JsonBody(settlement): JsonBody<Settlement>,
) -> Result<Json<SettledAnswer>, Problem> {
    let by = person(&settlement.by)?;
    let why = settlement.why.trim();
    if why.is_empty() || why.chars().count() > LONGEST_WHY {
        let detail = format!("say how you know, in at most {LONGEST_WHY} characters");
        return Err(Problem::invalid("settlement.why", detail).at("why"));
    }
    let id = ProposalId::new(&proposal)
        .map_err(|_| Problem::not_found("proposal.unknown", "there is no such proposal"))?;
    let outcome = match settlement.outcome {
        Known::Applied => ReceiptOutcome::Applied,
        Known::NotApplied => ReceiptOutcome::NotApplied,
    };
    let why = why.to_owned();
    let settled_by = SettledBy { by, why };
    let receipt = settle_by_hand(state.desk(), tenant.id(), &id, outcome, settled_by).await?;
    Ok(Json(SettledAnswer {
        proposal_id: id,
        state: state_of(receipt.outcome),
        receipt,
    }))
}
