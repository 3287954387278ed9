//! What became of writes that nobody finished? Settles intents whose lease has run out, by reading the platform only.
//!
//! What stays unconfirmed is looked at ever more rarely, so that it takes no turn from what is new, until it can be told or a
//! person settles it (`by_hand`).

mod by_hand;

pub use by_hand::settle_by_hand;

use chrono::TimeDelta;
use stratum_connectors::ad_platform::compare;
use stratum_connectors::{CampaignState, Observed};
use stratum_core::ledger::{ReceiptOutcome, ReceiptRecord, SettledBy};
use stratum_core::trust::PermitId;
use stratum_core::vocabulary::{Money, TenantId};
use stratum_store::trust::{Execution, ExecutionState, ProposalState};

use super::JobError;
use super::carry_out::{amount_in, settle_in};
use crate::decisions::decision::DecisionState;
use crate::desk::{Desk, LEASE};

/// How many executions are taken over at once.
const AT_ONCE: u32 = 50;
/// After this time a platform makes no change any more that it had not made: longer than any of its queues.
pub const SETTLING_TIME: TimeDelta = TimeDelta::minutes(15);
/// After this time an intent whose campaign still cannot be read is settled as unconfirmed.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(1);
/// The longest pause between two looks at an execution of which nobody knows what became.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);
/// How long a passed proposal may wait for its intent before it counts as not carried out.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Settles what can be settled, and says how many executions were.
///
/// # Errors
/// [`JobError::Store`]; what was settled before stays settled.
pub async fn recover_executions(desk: &Desk, tenant: &TenantId) -> Result<usize, JobError> {
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let now = desk.now();
    let claimed = scope
        .claim_executions(&desk.holder, LEASE..=LONGEST_PAUSE, now, AT_ONCE)
        .await?;
    scope.commit().await?;
    let mut settled = 0;
    for execution in claimed {
        settled += usize::from(recover(desk, tenant, &execution).await?);
    }
    forget(desk, tenant).await?;
    Ok(settled)
}

/// Reads the campaign and settles one execution; says whether it did.
async fn recover(desk: &Desk, tenant: &TenantId, execution: &Execution) -> Result<bool, JobError> {
    let action = &execution.action;
    let observed = match &desk.platform {
        Some(platform) => platform
            .read_campaign(&execution.account, action.campaign())
            .await
            .ok(),
        None => None,
    };
    let now = desk.now();
    if observed.is_none() && now - execution.begun_at < GIVE_UP_AFTER {
        return Ok(false);
    }
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let before = read_before(execution);
    // INVARIANT: what a campaign shows is credited to an execution only while no later one can have changed it.
    let seen = match &observed {
        Some(state) if !scope.is_changed_again(execution).await? => {
            compare(action, before.as_ref(), state)
        }
        Some(_) | None => Observed::Unconfirmed,
    };
    let outcome = match seen {
        Observed::Applied => ReceiptOutcome::Applied,
        Observed::NotApplied if now - execution.begun_at >= SETTLING_TIME => {
            ReceiptOutcome::NotApplied
        }
        Observed::NotApplied | Observed::Unconfirmed => ReceiptOutcome::Unconfirmed,
    };
    // Still nobody knows: that is in the ledger already, and once is enough.
    if outcome == ReceiptOutcome::Unconfirmed && execution.state == ExecutionState::Unconfirmed {
        return Ok(false);
    }
    let observed_amount = observed.as_ref().and_then(|state| amount_in(action, state));
    let Some(receipt) = receipt_of(execution, observed_amount, outcome, None) else {
        return Ok(false);
    };
    let done = settle_in(&mut scope, &desk.holder, &receipt, observed.as_ref(), now).await?;
    scope.commit().await?;
    Ok(done)
}

/// The receipt of a stored execution; none when its permit has no readable name.
fn receipt_of(
    execution: &Execution,
    observed: Option<Money>,
    outcome: ReceiptOutcome,
    settled_by: Option<SettledBy>,
) -> Option<ReceiptRecord> {
    let action = &execution.action;
    Some(ReceiptRecord {
        permit: permit_named(&execution.permit)?,
        proposal: execution.proposal.clone(),
        account: execution.account.clone(),
        action: action.clone(),
        before: read_before(execution).and_then(|state| amount_in(action, &state)),
        requested: action.after(),
        observed,
        outcome,
        settled_by,
    })
}

/// The campaign as it was read before the write, where that was kept.
fn read_before(execution: &Execution) -> Option<CampaignState> {
    serde_json::from_value(execution.before.clone()?).ok()
}

/// The id of a permit from its text. It names a permit and is none.
fn permit_named(text: &str) -> Option<PermitId> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// Proposals that passed and never came to an intent: their permits are gone, nothing was written.
async fn forget(desk: &Desk, tenant: &TenantId) -> Result<(), JobError> {
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let now = desk.now();
    for expired in scope.expire_proposals(now).await? {
        // A decision whose proposal has expired waits for nobody any more.
        if let (ProposalState::AwaitingApproval, Some(seq)) = (expired.state, expired.seq) {
            scope
                .set_decision_state(seq, DecisionState::Held.as_str())
                .await?;
        }
    }
    for waiting in scope
        .proposals(Some(ProposalState::Waiting), AT_ONCE)
        .await?
    {
        let Some(seq) = waiting.seq else { continue };
        let Some(entry) = scope.entry(seq).await? else {
            continue;
        };
        if now - entry.at < FORGOTTEN_AFTER {
            continue;
        }
        let under_way = match permit_in(&entry.body) {
            Some(permit) => scope.execution(&permit).await?.is_some(),
            None => false,
        };
        if !under_way {
            let (from, to) = (ProposalState::Waiting, ProposalState::NotApplied);
            scope
                .move_proposal(&waiting.proposal.id, from, to, None)
                .await?;
        }
    }
    scope.commit().await?;
    Ok(())
}

/// The name of the permit that a recorded review gave.
fn permit_in(body: &str) -> Option<String> {
    let record: serde_json::Value = serde_json::from_str(body).ok()?;
    record
        .get("answer")?
        .get("permit")?
        .as_str()
        .map(str::to_owned)
}
