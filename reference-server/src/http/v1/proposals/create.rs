//! `POST /v1/proposals`: reviews a proposal and, where it passes, carries it out.

use axum::Json;
use axum::extract::State;
use stratum_core::trust::Proposal;
use stratum_core::vocabulary::{MAX_CLOCK_SKEW_SECONDS, seconds_between};

use super::ReviewedAnswer;
use crate::http::{AppState, JsonBody, OfTenant, Problem};
use crate::jobs::carry_out::carry_out;
use crate::jobs::review_proposal::review_new;

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    JsonBody(proposal): JsonBody<Proposal>,
) -> Result<Json<ReviewedAnswer>, Problem> {
    if seconds_between(state.now(), proposal.made_at) > MAX_CLOCK_SKEW_SECONDS {
        let detail = "a proposal cannot be made in the future";
        return Err(Problem::invalid("proposal.from_the_future", detail).at("made_at"));
    }
    let id = proposal.id.clone();
    let reviewed = review_new(state.desk(), tenant.id(), proposal).await?;
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
