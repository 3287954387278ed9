//! What does the past say that bears on a proposal? Changes applied or under way, freezes, approvals and the status memory, loaded.

use chrono::TimeDelta;
use stratum_core::trust::{BudgetBaseline, LedgerView, Policy, Proposal};
use stratum_core::vocabulary::{Money, Timestamp};
use stratum_store::{Account, Campaign, TenantScope};

use crate::jobs::JobError;
use crate::jobs::gather_evidence::{day_began, memory_name};

/// How far every view looks back at least: an account's day and a weekly limit, whether the policy of the day has one or not.
/// Another policy can be tried on the past as far as that.
const LOOK_BACK: TimeDelta = TimeDelta::days(8);

/// Loads what the gate needs to know from the past.
///
/// # Errors
/// [`JobError::Store`].
pub async fn ledger_view(
    scope: &mut TenantScope,
    account: &Account,
    campaign: &Campaign,
    proposal: &Proposal,
    policy: &Policy,
    now: Timestamp,
) -> Result<LedgerView, JobError> {
    let since = now - look_back(policy);
    let applied = scope.possible_changes(since).await?;
    let (approvals, spent_approvals) = scope.approvals(proposal.digest()).await?;
    let first = scope.first_daily_budget(&account.id, &campaign.id).await?;
    // Never changed before: it counts from what it is now.
    let baseline = first.or(campaign.daily_budget).or(proposal.action.before());
    let baseline = baseline.filter(Money::is_positive);
    Ok(LedgerView {
        account_day_began: day_began(account, now),
        applied,
        applied_since: Some(since),
        baselines: baseline
            .map(|daily_budget| BudgetBaseline {
                campaign: campaign.id.clone(),
                daily_budget,
            })
            .into_iter()
            .collect(),
        freezes: scope.freezes().await?,
        approvals,
        spent_approvals,
        rates: Vec::new(),
        memory: scope.status_memory(&memory_name(account)).await?,
    })
}

/// The longest window of the policy, and no less than [`LOOK_BACK`].
fn look_back(policy: &Policy) -> TimeDelta {
    let settings = policy.settings();
    let limits = settings.limits.iter();
    limits
        .filter_map(|limit| limit.rule.window_seconds())
        .chain([settings.protective.within_seconds])
        .map(|seconds| TimeDelta::seconds(i64::from(seconds)))
        .fold(LOOK_BACK, TimeDelta::max)
}
