//! What does the ledger say that bears on this proposal? Applied changes, freezes, approvals and the status memory.
//!
//! A view is read from the ledger by the caller and handed over; it is also recorded with the decision, so that a replay sees
//! exactly what the gate saw.

use alloc::vec::Vec;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::signal::StatusMemory;
use crate::vocabulary::{AccountId, CampaignId, Currency, Digest, Money, Timestamp};

use super::approval::Approval;
use super::exposure::Direction;
use super::freeze::Freeze;

/// A change that was applied on the platform and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliedChange {
    /// When.
    pub at: Timestamp,
    /// In which account.
    pub account: AccountId,
    /// To which campaign.
    pub campaign: CampaignId,
    /// Which way the money went.
    pub direction: Direction,
    /// The daily budget before, where the change was about budgets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Money>,
    /// The daily budget after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Money>,
    /// Whether automation did it.
    pub by_automation: bool,
}

/// The daily budget that cumulative limits count from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetBaseline {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// What it was when the baseline was set.
    pub daily_budget: Money,
}

/// What one unit of a currency is worth in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// One unit of this …
    pub from: Currency,
    /// … is worth …
    pub to: Currency,
    /// … this much.
    #[serde(with = "super::limits::decimal_text")]
    pub rate: Decimal,
}

/// What the gate needs to know from the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerView {
    /// When the account's current day began, in its own time zone.
    pub account_day_began: Timestamp,
    /// Applied changes within the longest window of any limit, oldest first or in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<AppliedChange>,
    /// Since when `applied` holds every change; a replay under another policy cannot look further back. Where it is said,
    /// `baselines` holds all that is known of the campaign, too. The gate itself does not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_since: Option<Timestamp>,
    /// Where cumulative limits count from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<BudgetBaseline>,
    /// Freezes in force.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freezes: Vec<Freeze>,
    /// Approvals given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Digests of approvals that were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spent_approvals: Vec<Digest>,
    /// Rates between currencies, for limits across accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
    /// The status that the last evaluation of this scope left behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<StatusMemory>,
}

impl LedgerView {
    /// A ledger that holds nothing yet.
    #[must_use]
    pub const fn empty(account_day_began: Timestamp) -> Self {
        Self {
            account_day_began,
            applied: Vec::new(),
            applied_since: None,
            baselines: Vec::new(),
            freezes: Vec::new(),
            approvals: Vec::new(),
            spent_approvals: Vec::new(),
            rates: Vec::new(),
            memory: None,
        }
    }
}
