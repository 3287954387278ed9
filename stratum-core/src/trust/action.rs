//! What is to be done? One closed list of actions; direction and size are computed from before and after, never from a name.

use serde::{Deserialize, Serialize};

use crate::vocabulary::{CampaignId, Money};

/// A change to a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Set the daily budget.
    SetDailyBudget {
        /// Of which campaign.
        campaign: CampaignId,
        /// What it is now. Without it the size of the change is unknown and the proposal incomplete.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Money>,
        /// What it shall be; more than zero. To stop spending, pause.
        after: Money,
    },
    /// Set the bid or the target cost.
    SetBid {
        /// Of which campaign.
        campaign: CampaignId,
        /// What it is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Money>,
        /// What it shall be; more than zero.
        after: Money,
    },
    /// Stop delivery.
    Pause {
        /// Of which campaign.
        campaign: CampaignId,
        /// The daily budget that stops being spent, where known. A pause needs no number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        daily_budget: Option<Money>,
    },
    /// Start delivery again.
    Resume {
        /// Of which campaign.
        campaign: CampaignId,
        /// The daily budget that will be spent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        daily_budget: Option<Money>,
    },
    /// Start a campaign that has never run.
    Launch {
        /// Which campaign.
        campaign: CampaignId,
        /// Its daily budget.
        daily_budget: Money,
    },
}

impl Action {
    /// The campaign it changes.
    #[must_use]
    pub const fn campaign(&self) -> &CampaignId {
        match self {
            Self::SetDailyBudget { campaign, .. }
            | Self::SetBid { campaign, .. }
            | Self::Pause { campaign, .. }
            | Self::Resume { campaign, .. }
            | Self::Launch { campaign, .. } => campaign,
        }
    }

    /// The name used in JSON, SQL and on screens.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SetDailyBudget { .. } => "set_daily_budget",
            Self::SetBid { .. } => "set_bid",
            Self::Pause { .. } => "pause",
            Self::Resume { .. } => "resume",
            Self::Launch { .. } => "launch",
        }
    }

    /// The amount before, where known: what the campaign may spend a day, or its bid.
    #[must_use]
    pub fn before(&self) -> Option<Money> {
        match self {
            Self::SetDailyBudget { before, .. } | Self::SetBid { before, .. } => *before,
            Self::Pause { daily_budget, .. } => *daily_budget,
            Self::Resume { daily_budget, .. } => daily_budget.map(|b| Money::zero(b.currency())),
            Self::Launch { daily_budget, .. } => Some(Money::zero(daily_budget.currency())),
        }
    }

    /// The amount after, where known.
    #[must_use]
    pub fn after(&self) -> Option<Money> {
        match self {
            Self::SetDailyBudget { after, .. } | Self::SetBid { after, .. } => Some(*after),
            Self::Pause { daily_budget, .. } => daily_budget.map(|b| Money::zero(b.currency())),
            Self::Resume { daily_budget, .. } => *daily_budget,
            Self::Launch { daily_budget, .. } => Some(*daily_budget),
        }
    }

    /// Whether the amounts are daily budgets, which limits in money add up.
    #[must_use]
    pub const fn is_about_budget(&self) -> bool {
        !matches!(self, Self::SetBid { .. })
    }
}
