//! What can an ad platform do for us? Read campaigns, change one, and say what it cannot do.
//!
//! After a change the campaign is read back. "Unconfirmed" is a result, not an error: it says that nobody knows.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};
use stratum_core::trust::{Action, Proposal, Redemption};
use stratum_core::vocabulary::{AccountId, CampaignId, Money};

use crate::error::Error;

/// An answer that is on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// What a platform can do. Tests and screens choose by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Daily budgets can be changed.
    pub changes_budget: bool,
    /// Bids can be changed.
    pub changes_bid: bool,
    /// Campaigns can be paused and resumed.
    pub pauses: bool,
}

/// A campaign as the platform sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignState {
    /// Which campaign.
    pub campaign: CampaignId,
    /// Its daily budget.
    pub daily_budget: Money,
    /// Its bid, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<Money>,
    /// Whether it delivers.
    pub active: bool,
}

/// What a campaign's state says about a change that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// The campaign is as asked for.
    Applied,
    /// The campaign is as it was before.
    NotApplied,
    /// Neither, or the platform could not be read.
    Unconfirmed,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The campaign before, where it was read.
    pub before: Option<CampaignState>,
    /// What was asked for.
    pub requested: Action,
    /// The campaign afterwards, where it could be read.
    pub observed: Option<CampaignState>,
    /// What that says.
    pub outcome: Observed,
}

/// An ad platform: reading is free, changing takes a redemption.
pub trait AdPlatform: Debug + Send + Sync {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Reads one campaign.
    fn read_campaign<'a>(
        &'a self,
        account: &'a AccountId,
        campaign: &'a CampaignId,
    ) -> Answer<'a, CampaignState>;

    /// Changes one campaign as the proposal says, which must be the one the permit was given for.
    fn change<'a>(&'a self, redemption: &'a Redemption, proposal: &'a Proposal) -> Answer<'a, ()>;
}

/// What the state of a campaign says about an action: as asked for, as before, or neither.
#[must_use]
pub fn compare(action: &Action, before: Option<&CampaignState>, now: &CampaignState) -> Observed {
    if is_as_asked(action, now) {
        Observed::Applied
    } else if before.is_some_and(|before| before == now) || is_as_before(action, now) {
        Observed::NotApplied
    } else {
        Observed::Unconfirmed
    }
}

fn is_as_asked(action: &Action, now: &CampaignState) -> bool {
    match action {
        Action::SetDailyBudget { after, .. } => now.daily_budget == *after,
        Action::SetBid { after, .. } => now.bid == Some(*after),
        Action::Pause { .. } => !now.active,
        Action::Resume { .. } => now.active,
        Action::Launch { daily_budget, .. } => now.active && now.daily_budget == *daily_budget,
    }
}

fn is_as_before(action: &Action, now: &CampaignState) -> bool {
    match action {
        Action::SetDailyBudget { before, .. } => *before == Some(now.daily_budget),
        Action::SetBid { before, .. } => before.is_some() && *before == now.bid,
        Action::Pause { .. } => now.active,
        Action::Resume { .. } | Action::Launch { .. } => !now.active,
    }
}
