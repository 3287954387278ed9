//! Does a second person agree? Records the approval and reviews the proposal again, with evidence of this moment.

use stratum_core::ledger::Body;
use stratum_core::trust::Approval;
use stratum_core::vocabulary::{ActorId, ProposalId, TenantId};
use stratum_store::trust::ProposalState;

use super::JobError;
use super::evaluate_health::current_policy;
use super::review_proposal::{Reviewed, review_again_in};
use crate::decisions::decision::DecisionState;
use crate::desk::Desk;

/// Approves a proposal that waits for it. Whether it passes then is the gate's word, not the approver's.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn approve_proposal(
    desk: &Desk,
    tenant: &TenantId,
    id: &ProposalId,
    by: ActorId,
) -> Result<Reviewed, JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let stored = scope.proposal(id).await?;
    let stored = stored.ok_or_else(|| JobError::UnknownProposal(id.clone()))?;
    if stored.state != ProposalState::AwaitingApproval {
        return Err(JobError::NotAwaitingApproval);
    }
    if scope.has_proposed_as_automation(&by).await? {
        return Err(JobError::ApproverIsAutomation(by));
    }
    let policy = current_policy(&mut scope).await?;
    let approval = Approval::give(&stored.proposal, by, &policy, now)?;
    scope.add_approval(&approval).await?;
    scope.append_entry(&Body::Approval(approval), now).await?;
    let reviewed = review_again_in(&mut scope, desk, stored.proposal, now).await?;
    if let Some(before) = stored.seq {
        // From now on the new review is the one that waits, or is done.
        scope
            .set_decision_state(before, DecisionState::Held.as_str())
            .await?;
    }
    scope.commit().await?;
    Ok(reviewed)
}
