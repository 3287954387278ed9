//! What does the past say that bears on a proposal? Changes applied or under way, freezes, approvals and the status memory, loaded.

use chrono::TimeDelta;
use stratum_core::trust::{BudgetBaseline, LedgerView, LimitRule, Policy, Proposal};
use stratum_core::vocabulary::{Money, Timestamp};
use stratum_store::{Account, Campaign, TenantScope};

use crate::jobs::JobError;
use crate::jobs::gather_evidence::{day_began, memory_name};

/// The shortest look back: an account's day and a weekly limit.
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
    let applied = scope.possible_changes(now - look_back(policy)).await?;
    let (approvals, spent_approvals) = scope.approvals(proposal.digest()).await?;
    let first = scope.first_daily_budget(&account.id, &campaign.id).await?;
    // Never changed before: it counts from what it is now.
    let baseline = first.or(campaign.daily_budget).or(proposal.action.before());
    let baseline = baseline.filter(Money::is_positive);
    Ok(LedgerView {
        account_day_began: day_began(account, now),
        applied,
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

/// The longest window of any limit.
fn look_back(policy: &Policy) -> TimeDelta {
    let windows = policy
        .settings()
        .limits
        .iter()
        .map(|limit| match limit.rule {
            LimitRule::RollingIncreasePercent { within_seconds, .. }
            | LimitRule::PortfolioIncrease { within_seconds, .. }
            | LimitRule::Cooldown {
                seconds: within_seconds,
            } => TimeDelta::seconds(i64::from(within_seconds)),
            LimitRule::CumulativeIncreasePercent { .. }
            | LimitRule::IncreasePercent { .. }
            | LimitRule::IncreaseAmount { .. }
            | LimitRule::CampaignDailyBudget { .. }
            | LimitRule::ChangesPerDay { .. }
            | LimitRule::AccountDailyIncrease { .. }
            | LimitRule::SpendToday { .. }
            | LimitRule::MinimumReturn { .. } => LOOK_BACK,
        });
    let protective = i64::from(policy.settings().protective.within_seconds);
    windows
        .chain([LOOK_BACK, TimeDelta::seconds(protective)])
        .max()
        .unwrap_or(LOOK_BACK)
}
