//! What does somebody want to do? Proposals, their reviews, and the confirmation of a second person.

pub mod approve;
pub mod create;
pub mod list;

use axum::Router;
use axum::routing::{get, post};
use serde::Serialize;
use stratum_core::ledger::ReceiptRecord;
use stratum_core::trust::{Change, Reason};
use stratum_core::vocabulary::ProposalId;
use stratum_core::wire::VerdictKind;

use crate::decisions::decision::DecisionState;
use crate::http::AppState;
use crate::jobs::carry_out::SetAside;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/proposals", get(list::handle).post(create::handle))
        .route("/proposals/{proposal}/approvals", post(approve::handle))
}

/// What the gate said about a proposal, and what became of it.
#[derive(Debug, Serialize)]
pub struct ReviewedAnswer {
    seq: u64,
    proposal_id: ProposalId,
    verdict: VerdictKind,
    state: DecisionState,
    reasons: Vec<Reason>,
    would_pass_if: Vec<Change>,
    receipt: Option<ReceiptRecord>,
    /// Why nothing was begun although it passed.
    set_aside: Option<SetAside>,
}
