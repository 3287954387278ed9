//! `POST /v1/proposals/{proposal}/approvals`: a second person confirms; the proposal is reviewed again at once.

use axum::Json;
use axum::extract::State;
use stratum_core::vocabulary::ProposalId;

use super::ReviewedAnswer;
use crate::http::extract::person::{ByWhom, person};
use crate::http::{AppState, JsonBody, OfTenant, PathPart, Problem};
use crate::jobs::approve_proposal::approve_proposal;
use crate::jobs::carry_out::carry_out;

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(proposal): PathPart<String>,
    JsonBody(approval): JsonBody<ByWhom>,
) -> Result<Json<ReviewedAnswer>, Problem> {
    let by = person(&approval.by)?;
    let id = ProposalId::new(&proposal)
        .map_err(|_| Problem::not_found("proposal.unknown", "there is no such proposal"))?;
    let reviewed = approve_proposal(state.desk(), tenant.id(), &id, by).await?;
    let (seq, answer) = (reviewed.entry.seq, reviewed.answer.clone());
    let done = carry_out(state.desk(), tenant.id(), reviewed).await?;
    Ok(Json(ReviewedAnswer {
        seq,
        proposal_id: id,
        verdict: answer.verdict,
        state: done.state,
        reasons: answer.reasons,
        would_pass_if: answer.would_pass_if,
        receipt: done.receipt,
        set_aside: done.set_aside,
    }))
}
