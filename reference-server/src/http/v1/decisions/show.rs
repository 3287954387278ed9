//! `GET /v1/decisions/{seq}`: one decision with its health, evidence, policy, receipt, and whether it would be made again.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use stratum_core::ledger::{Body, Entry, ReceiptOutcome, ReviewRecord, SettledBy};
use stratum_core::signal::Health;
use stratum_core::trust::{Change, Evidence, Policy, Proposal, review};
use stratum_core::vocabulary::{Digest, Money, Timestamp};
use stratum_core::wire::ReviewAnswer;
use stratum_store::TenantScope;

use super::answered;
use crate::http::v1::accounts::health::HealthDetail;
use crate::http::{AppState, OfTenant, PathPart, Problem};

/// How many entries after a review its receipt is looked for in.
const LOOK_AHEAD: u32 = 200;

#[derive(Debug, Serialize)]
struct PolicyName {
    version: String,
    digest: Digest,
}

/// What came of a write, as it is answered.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptAnswer {
    before: Option<Money>,
    requested: Option<Money>,
    observed: Option<Money>,
    at: Timestamp,
    outcome: ReceiptOutcome,
    /// Whose word that is; none when the platform showed it.
    settled_by: Option<SettledBy>,
}

#[derive(Debug, Serialize)]
struct ReplayAnswer {
    same: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct DecisionDetail {
    #[serde(flatten)]
    summary: Value,
    would_pass_if: Vec<Change>,
    health: HealthDetail,
    policy: PolicyName,
    evidence: Evidence,
    proposal: Proposal,
    receipt: Option<ReceiptAnswer>,
    entry_hash: Digest,
    replay: ReplayAnswer,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(seq): PathPart<u64>,
) -> Result<Json<DecisionDetail>, Problem> {
    let unknown = || Problem::not_found("decision.unknown", "there is no such decision").at("seq");
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let decision = scope.decision(seq).await?.ok_or_else(unknown)?;
    let entry = scope.entry(seq).await?.ok_or_else(unknown)?;
    let Ok(Body::Review(record)) = Body::read(&entry) else {
        return Err(Problem::internal(&format!(
            "entry {seq} is not the review it is listed as"
        )));
    };
    let adopted = scope.policy(record.policy).await?;
    let policy = adopted.map(|adopted| adopted.policy).ok_or_else(|| {
        Problem::internal(&format!("the policy of entry {seq} is not in the store"))
    })?;
    let receipt = receipt_of(&mut scope, &entry, &record).await?;
    let settings = &policy.settings().health;
    let (evidence, memory) = (&record.evidence, record.view.memory.as_ref());
    let health = Health::measure(
        &evidence.plan,
        &evidence.readings,
        settings,
        memory,
        record.now,
    );
    Ok(Json(DecisionDetail {
        summary: answered(&decision),
        would_pass_if: record.answer.would_pass_if.clone(),
        health: HealthDetail::of(record.proposal.account.clone(), &health, &policy),
        policy: PolicyName {
            version: policy.settings().version.to_string(),
            digest: policy.digest(),
        },
        receipt,
        entry_hash: entry.hash,
        replay: ReplayAnswer {
            same: is_made_again(&record, &policy),
        },
        evidence: record.evidence,
        proposal: record.proposal,
    }))
}

/// Whether the recorded inputs give the recorded answer, byte for byte.
fn is_made_again(record: &ReviewRecord, policy: &Policy) -> bool {
    let again = review(
        record.proposal.clone(),
        &record.evidence,
        policy,
        &record.view,
        record.now,
    );
    let bytes = |answer: &ReviewAnswer| serde_json::to_vec(answer).ok();
    let (now, then) = (bytes(&ReviewAnswer::of(&again)), bytes(&record.answer));
    now.is_some() && now == then
}

/// The newest receipt of the permit that a review gave.
async fn receipt_of(
    scope: &mut TenantScope,
    entry: &Entry,
    record: &ReviewRecord,
) -> Result<Option<ReceiptAnswer>, Problem> {
    let Some(permit) = record.answer.permit else {
        return Ok(None);
    };
    let mut found = None;
    for later in scope.entries_after(entry.seq, LOOK_AHEAD).await? {
        if let Ok(Body::Receipt(receipt)) = Body::read(&later)
            && receipt.permit == permit
        {
            found = Some(ReceiptAnswer {
                before: receipt.before,
                requested: receipt.requested,
                observed: receipt.observed,
                at: later.at,
                outcome: receipt.outcome,
                settled_by: receipt.settled_by,
            });
        }
    }
    Ok(found)
}
