//! What is stopped? A freeze forbids every increase within its scope and can only restrict.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::vocabulary::{AccountId, ActorId, CampaignId, FreezeId, Platform, Timestamp};

use super::proposal::Proposal;

/// How far a freeze reaches: every part that is given must match; nothing given is the whole tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeScope {
    /// Only this platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Only this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Only this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
}

/// A stop that somebody set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// Its id.
    pub id: FreezeId,
    /// How far it reaches.
    pub scope: FreezeScope,
    /// Who set it.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// Why, in their words.
    pub why: String,
}

impl Freeze {
    /// Whether the proposal falls within the scope.
    #[must_use]
    pub fn covers(&self, proposal: &Proposal) -> bool {
        let scope = &self.scope;
        scope
            .platform
            .is_none_or(|platform| platform == proposal.platform)
            && scope
                .account
                .as_ref()
                .is_none_or(|account| *account == proposal.account)
            && scope
                .campaign
                .as_ref()
                .is_none_or(|campaign| campaign == proposal.action.campaign())
    }
}
