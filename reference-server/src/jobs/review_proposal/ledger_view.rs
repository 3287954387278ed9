//! What does the past say that bears on a proposal? Changes applied or under way, freezes, approvals and the status memory, loaded.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use stratum_core::trust::{BudgetBaseline, LedgerView, LimitRule, Policy, Proposal};
use stratum_core::vocabulary::Timestamp;
use stratum_store::{Account, TenantScope};

use crate::jobs::JobError;
use crate::jobs::gather_evidence::{day_began, memory_name};

/// The shortest look back: an account's day and a weekly limit.
const LOOK_BACK: TimeDelta = TimeDelta::days(8);
/// A cumulative limit counts from the beginning.
const FROM_THE_BEGINNING: TimeDelta = TimeDelta::days(3650);

/// Loads what the gate needs to know from the past.
///
/// # Errors
/// [`JobError::Store`].
pub async fn ledger_view(
    scope: &mut TenantScope,
    account: &Account,
    proposal: &Proposal,
    policy: &Policy,
    now: Timestamp,
) -> Result<LedgerView, JobError> {
    let applied = scope.possible_changes(now - look_back(policy)).await?;
    let (approvals, spent_approvals) = scope.approvals(proposal.digest()).await?;
    let mut seen = BTreeSet::new();
    let baselines = if counts_from_a_baseline(policy) {
        // The first budget ever changed through here is where cumulative limits count from.
        let first = applied
            .iter()
            .filter(|change| seen.insert(change.campaign.clone()));
        let known = first.filter_map(|change| {
            let (campaign, daily_budget) = (change.campaign.clone(), change.before?);
            Some(BudgetBaseline {
                campaign,
                daily_budget,
            })
        });
        let mut known: Vec<BudgetBaseline> = known.collect();
        let campaign = proposal.action.campaign();
        if let Some(daily_budget) = proposal.action.before()
            && !known.iter().any(|baseline| baseline.campaign == *campaign)
        {
            // Never changed before: it counts from what it is now.
            known.push(BudgetBaseline {
                campaign: campaign.clone(),
                daily_budget,
            });
        }
        known
    } else {
        Vec::new()
    };
    Ok(LedgerView {
        account_day_began: day_began(account, now),
        applied,
        baselines,
        freezes: scope.freezes().await?,
        approvals,
        spent_approvals,
        rates: Vec::new(),
        memory: scope.status_memory(&memory_name(account)).await?,
    })
}

fn counts_from_a_baseline(policy: &Policy) -> bool {
    let mut limits = policy.settings().limits.iter();
    limits.any(|limit| matches!(limit.rule, LimitRule::CumulativeIncreasePercent { .. }))
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
            LimitRule::CumulativeIncreasePercent { .. } => FROM_THE_BEGINNING,
            LimitRule::IncreasePercent { .. }
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
