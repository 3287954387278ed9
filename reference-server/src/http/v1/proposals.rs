//! What does somebody want to do? Proposals, their reviews, the confirmation of a second person, and a person's word on what
//! came of a write.

pub mod approve;
pub mod create;
pub mod list;
pub mod settle;

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
        .route("/proposals/{proposal}/settlement", post(settle::handle))
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
