//! What if the platform cannot tell what became of a write? A person who knows says so, and the ledger keeps whose word it is.
//!
//! Nothing is written to the platform here.

use stratum_core::ledger::{ReceiptOutcome, ReceiptRecord, SettledBy};
use stratum_core::vocabulary::{ProposalId, TenantId};

use super::{SETTLING_TIME, receipt_of};
use crate::desk::Desk;
use crate::jobs::JobError;
use crate::jobs::carry_out::{execution_state, record};

/// Settles the unconfirmed execution of a proposal as applied or not applied.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn settle_by_hand(
    desk: &Desk,
    tenant: &TenantId,
    proposal: &ProposalId,
    outcome: ReceiptOutcome,
    settled_by: SettledBy,
) -> Result<ReceiptRecord, JobError> {
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let now = desk.now();
    if scope.proposal(proposal).await?.is_none() {
        return Err(JobError::UnknownProposal(proposal.clone()));
    }
    let open = scope.unconfirmed_execution(proposal).await?;
    // INVARIANT: not even a person's word frees what a late change may still take.
    let open = open.filter(|open| now - open.begun_at >= SETTLING_TIME);
    let open = open.ok_or(JobError::SettlementNotAwaited)?;
    let receipt = receipt_of(&open, None, outcome, Some(settled_by));
    let receipt = receipt.ok_or(JobError::SettlementNotAwaited)?;
    let state = execution_state(outcome);
    if !scope
        .settle_execution_by_hand(&open.permit, state, now)
        .await?
    {
        return Err(JobError::SettlementNotAwaited);
    }
    record(&mut scope, &receipt, now).await?;
    scope.commit().await?;
    Ok(receipt)
}
