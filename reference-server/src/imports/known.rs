//! What does a row have to fit? The tenant's accounts and campaigns, and the present moment.

use std::collections::BTreeMap;

use stratum_core::vocabulary::{AccountId, CampaignId, Timestamp};
use stratum_store::{Account, Campaign};

/// What is known while an upload is read.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    pub(super) accounts: BTreeMap<&'a str, &'a Account>,
    pub(super) campaigns: BTreeMap<&'a str, &'a Campaign>,
    pub(super) now: Timestamp,
}

impl<'a> Known<'a> {
    /// What is known now.
    #[must_use]
    pub fn new(accounts: &'a [Account], campaigns: &'a [Campaign], now: Timestamp) -> Self {
        Self {
            accounts: accounts
                .iter()
                .map(|account| (account.id.as_str(), account))
                .collect(),
            campaigns: campaigns.iter().map(|one| (one.id.as_str(), one)).collect(),
            now,
        }
    }

    /// The account with this id.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&'a Account> {
        self.accounts.get(id.as_str()).copied()
    }

    /// Whether the campaign belongs to another account than this one.
    pub(super) fn belongs_elsewhere(&self, campaign: &CampaignId, account: &AccountId) -> bool {
        self.campaigns
            .get(campaign.as_str())
            .is_some_and(|known| known.account != *account)
    }
}
