//! May the write begin? The campaign is read, and only if it is still what was judged the permit is redeemed for an intent.
//!
//! Whatever speaks against it sets the proposal aside: nothing is sent, and whoever wants it proposes again.

use serde::Serialize;
use stratum_connectors::CampaignState;
use stratum_core::ledger::{Body, Entry, EntryKind, ExecutionRecord};
use stratum_core::trust::{Action, Permit, Proposal, Redemption};
use stratum_core::vocabulary::{AccountId, Money, TenantId, Timestamp};
use stratum_store::TenantScope;
use stratum_store::trust::{NewExecution, ProposalState};

use crate::desk::{Desk, LEASE};
use crate::jobs::JobError;

/// How many entries after a review are looked at; more than that happening in between counts as overtaken.
const LOOK_AHEAD: u32 = 20;

/// Why a proposal that passed is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAside {
    /// No platform is connected: passed proposals are only recorded.
    NoPlatform,
    /// The campaign could not be read, so nobody knows what a write would change.
    CampaignUnreadable,
    /// The campaign is not what the proposal was judged by: the same write would be another change.
    CampaignChanged,
    /// Another write, a freeze or a policy was recorded after the review.
    Overtaken,
    /// The proposal may no longer be acted upon.
    ProposalExpired,
    /// The permit had run out.
    PermitExpired,
    /// The proposal had begun before, or waits for nothing any more; what became of it stands.
    NotWaiting,
}

impl SetAside {
    /// The name used in JSON and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPlatform => "no_platform",
            Self::CampaignUnreadable => "campaign_unreadable",
            Self::CampaignChanged => "campaign_changed",
            Self::Overtaken => "overtaken",
            Self::ProposalExpired => "proposal_expired",
            Self::PermitExpired => "permit_expired",
            Self::NotWaiting => "not_waiting",
        }
    }
}

/// A write that is about to happen: its intent is on the disk.
#[derive(Debug)]
pub struct Intended {
    /// What is to be done.
    pub proposal: Proposal,
    /// The key to the write side.
    pub redemption: Redemption,
    /// The campaign before the write. There is no intent without it.
    pub before: CampaignState,
    /// Until when nobody else may touch the execution.
    pub lease_until: Timestamp,
}

/// Reads the campaign, redeems the permit and writes the intent; or sets the proposal aside and says why.
///
/// # Errors
/// [`JobError::Store`]; nothing is written then, here or on the platform.
pub async fn intend(
    desk: &Desk,
    tenant: &TenantId,
    permit: Permit,
    entry: &Entry,
) -> Result<Result<Intended, SetAside>, JobError> {
    let proposal = permit.proposal().clone();
    let before = read_before(desk, &proposal).await;
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let begun = match before {
        Ok(before) => begin(&mut scope, desk, permit, entry, before).await?,
        Err(why) => Err(why),
    };
    if let Err(why) = &begun {
        if *why != SetAside::NotWaiting {
            let (from, to) = (ProposalState::Waiting, ProposalState::NotApplied);
            scope.move_proposal(&proposal.id, from, to, None).await?;
        }
        tracing::warn!(proposal = %proposal.id, why = why.as_str(), "a passed proposal was set aside");
    }
    scope.commit().await?;
    Ok(begun)
}

async fn read_before(desk: &Desk, proposal: &Proposal) -> Result<CampaignState, SetAside> {
    let platform = desk.platform.as_ref().ok_or(SetAside::NoPlatform)?;
    platform
        .read_campaign(&proposal.account, proposal.action.campaign())
        .await
        .map_err(|error| {
            tracing::warn!(proposal = %proposal.id, %error, "a campaign could not be read");
            SetAside::CampaignUnreadable
        })
}

/// Begins within the writing transaction, so that nothing can come between what is checked here and the intent.
async fn begin(
    scope: &mut TenantScope,
    desk: &Desk,
    permit: Permit,
    entry: &Entry,
    before: CampaignState,
) -> Result<Result<Intended, SetAside>, JobError> {
    // INVARIANT: the moment is looked at after the wait for the writer. Permit and lease are judged by it.
    let now = desk.now();
    let id = &permit.proposal().id;
    let stored = scope.proposal(id).await?;
    let waits = stored.filter(|stored| stored.state == ProposalState::Waiting);
    let Some(waits) = waits else {
        return Ok(Err(SetAside::NotWaiting));
    };
    if waits.expires_at.is_some_and(|end| end <= now) {
        return Ok(Err(SetAside::ProposalExpired));
    }
    if is_overtaken(scope, entry).await? {
        return Ok(Err(SetAside::Overtaken));
    }
    if is_another_change(&permit.proposal().action, &before) {
        // The next proposal is made from, and judged by, what the campaign is now.
        note_campaign(scope, &permit.proposal().account, &before).await?;
        return Ok(Err(SetAside::CampaignChanged));
    }
    let Ok((proposal, redemption)) = permit.redeem(entry, now) else {
        return Ok(Err(SetAside::PermitExpired));
    };
    let new = NewExecution {
        permit: redemption.permit().to_string(),
        proposal: proposal.id.clone(),
        account: proposal.account.clone(),
        action: proposal.action.clone(),
        before: serde_json::to_value(&before).unwrap_or_default(),
        by_automation: proposal.proposer.kind.is_automation(),
        lease_holder: desk.holder.to_string(),
        lease_until: now + LEASE,
    };
    let record = ExecutionRecord {
        permit: redemption.permit(),
        proposal: proposal.id.clone(),
        account: proposal.account.clone(),
        action: proposal.action.clone(),
    };
    if !scope.begin_execution(&new, now).await? {
        return Ok(Err(SetAside::NotWaiting));
    }
    scope.append_entry(&Body::Execution(record), now).await?;
    Ok(Ok(Intended {
        proposal,
        redemption,
        before,
        lease_until: new.lease_until,
    }))
}

/// Whether something was recorded after the review that it did not see and that bears on it: another write, a freeze, a policy.
///
/// Two reviews at once each see room for themselves alone; only the first of them may go on.
async fn is_overtaken(scope: &mut TenantScope, review: &Entry) -> Result<bool, JobError> {
    let after = scope.entries_after(review.seq, LOOK_AHEAD).await?;
    let bears = |entry: &Entry| {
        matches!(
            entry.kind,
            EntryKind::Execution | EntryKind::Freeze | EntryKind::Policy
        )
    };
    Ok(after.len() >= LOOK_AHEAD as usize || after.iter().any(bears))
}

/// Whether the campaign, as it is now, would make another change of it than the one that was judged.
fn is_another_change(action: &Action, now: &CampaignState) -> bool {
    match action {
        Action::SetDailyBudget { before, .. } => *before != Some(now.daily_budget),
        Action::SetBid { before, .. } => *before != now.bid,
        Action::Resume { daily_budget, .. } => *daily_budget != Some(now.daily_budget),
        // A stop that names no amount is right whatever it stops; one that names it is counted by it.
        Action::Pause { daily_budget, .. } => {
            daily_budget.is_some_and(|named| named != now.daily_budget)
        }
        // A launch is judged as starting from nothing.
        Action::Launch { .. } => now.active,
    }
}

/// Keeps what the platform shows of a campaign.
pub(super) async fn note_campaign(
    scope: &mut TenantScope,
    account: &AccountId,
    seen: &CampaignState,
) -> Result<(), JobError> {
    let all = scope.campaigns(Some(account)).await?;
    if let Some(mut campaign) = all.into_iter().find(|c| c.id == seen.campaign) {
        campaign.daily_budget = Some(seen.daily_budget);
        campaign.paused = !seen.active;
        scope.put_campaign(&campaign).await?;
    }
    Ok(())
}

/// The amount that an action is about, as the campaign shows it.
#[must_use]
pub fn amount_in(action: &Action, state: &CampaignState) -> Option<Money> {
    match action {
        Action::SetBid { .. } => state.bid,
        _ if !state.active => Some(Money::zero(state.daily_budget.currency())),
        _ => Some(state.daily_budget),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stratum_core::vocabulary::CampaignId;

    #[test]
    fn another_campaign_state_makes_another_change_of_the_same_action() {
        let campaign = CampaignId::new("c1").unwrap();
        let euros = |amount: &str| Money::parse(amount, "EUR").unwrap();
        let state = |amount, active| CampaignState {
            campaign: campaign.clone(),
            daily_budget: euros(amount),
            bid: None,
            active,
        };
        let of = campaign.clone();
        let pause = |daily_budget| Action::Pause {
            campaign: of.clone(),
            daily_budget,
        };
        let launch = Action::Launch {
            campaign: of.clone(),
            daily_budget: euros("200"),
        };
        let resume = Action::Resume {
            campaign: of.clone(),
            daily_budget: Some(euros("100")),
        };
        for (action, now, expected) in [
            (&launch, state("110", true), true),
            (&launch, state("110", false), false),
            (&pause(Some(euros("10000"))), state("100", true), true),
            (&pause(Some(euros("100"))), state("100", true), false),
            (&pause(None), state("100", true), false),
            (&resume, state("100", false), false),
            (&resume, state("500", false), true),
        ] {
            assert_eq!(is_another_change(action, &now), expected, "{action:?}");
        }
    }
}
