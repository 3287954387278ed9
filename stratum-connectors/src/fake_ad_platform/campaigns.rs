//! What does the fake platform remember? Its campaigns and the keys of the changes it has made, in one file.
//!
//! The file is written beside itself and renamed, so that a crash leaves the old one or the new one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A campaign as this platform stores it: money in the smallest unit of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Its id.
    pub id: String,
    /// The currency of its account.
    pub currency: String,
    /// Daily budget in the smallest unit.
    pub daily_budget: i64,
    /// Bid in the smallest unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<i64>,
    /// `ACTIVE` or `PAUSED`.
    pub status: String,
}

/// What may be changed about a campaign; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignChange {
    /// The new daily budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget: Option<i64>,
    /// The new bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<i64>,
    /// The new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Why the platform cannot keep or make a change.
#[derive(Debug, Error)]
pub enum CampaignsError {
    /// The file cannot be read or written.
    #[error("the fake ad platform cannot use its file: {0}")]
    File(#[from] std::io::Error),
    /// The file is not what this platform writes.
    #[error("the fake ad platform cannot read its file: {0}")]
    Malformed(#[from] serde_json::Error),
    /// There is no such campaign.
    #[error("there is no such campaign")]
    NotFound,
    /// The change makes no sense.
    #[error("a daily budget and a bid are more than zero")]
    Rejected,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// By account and campaign.
    accounts: BTreeMap<String, BTreeMap<String, Campaign>>,
    /// Keys of changes made, with the campaign they were made to.
    changes_made: BTreeMap<String, String>,
}

/// All campaigns of the platform.
#[derive(Debug)]
pub struct Campaigns {
    path: PathBuf,
    kept: Kept,
}

impl Campaigns {
    /// Opens the file, or starts empty when there is none.
    ///
    /// # Errors
    /// [`CampaignsError::File`] and [`CampaignsError::Malformed`].
    pub fn open(path: &Path) -> Result<Self, CampaignsError> {
        let kept = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self {
            path: path.to_owned(),
            kept,
        })
    }

    /// Adds campaigns or replaces them, and keeps them.
    ///
    /// # Errors
    /// [`CampaignsError::File`].
    pub fn put(
        &mut self,
        account: &str,
        campaigns: impl IntoIterator<Item = Campaign>,
    ) -> Result<(), CampaignsError> {
        let kept = self.kept.accounts.entry(account.to_owned()).or_default();
        kept.extend(
            campaigns
                .into_iter()
                .map(|campaign| (campaign.id.clone(), campaign)),
        );
        self.save()
    }

    /// One campaign.
    #[must_use]
    pub fn find(&self, account: &str, campaign: &str) -> Option<&Campaign> {
        self.kept.accounts.get(account)?.get(campaign)
    }

    /// How many different changes were made.
    #[must_use]
    pub fn changes_made(&self) -> usize {
        self.kept.changes_made.len()
    }

    /// Makes a change once: the same key again changes nothing and answers as if it had.
    ///
    /// # Errors
    /// [`CampaignsError`]; nothing is changed then.
    pub fn change(
        &mut self,
        account: &str,
        campaign: &str,
        key: &str,
        change: &CampaignChange,
    ) -> Result<Campaign, CampaignsError> {
        let kept = self
            .kept
            .accounts
            .get_mut(account)
            .and_then(|all| all.get_mut(campaign));
        let found = kept.ok_or(CampaignsError::NotFound)?;
        if self.kept.changes_made.contains_key(key) {
            return Ok(found.clone());
        }
        if change.daily_budget.is_some_and(|n| n <= 0) || change.bid.is_some_and(|n| n <= 0) {
            return Err(CampaignsError::Rejected);
        }
        if let Some(daily_budget) = change.daily_budget {
            found.daily_budget = daily_budget;
        }
        found.bid = change.bid.or(found.bid);
        if let Some(status) = &change.status {
            found.status.clone_from(status);
        }
        let answer = found.clone();
        self.kept
            .changes_made
            .insert(key.to_owned(), campaign.to_owned());
        self.save()?;
        Ok(answer)
    }

    fn save(&self) -> Result<(), CampaignsError> {
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(&self.kept)?)?;
        file.sync_data()?;
        fs::rename(&beside, &self.path)?;
        Ok(())
    }
}
