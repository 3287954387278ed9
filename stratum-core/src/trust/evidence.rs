//! What do we know about this account? The scope, its plan and its readings, bound together.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::signal::{Impossible, MeasurementPlan, Readings};
use crate::vocabulary::{AccountId, EventName, Money, Platform, Reading, TenantId, Timestamp};

use super::proposal::Proposal;

/// What the evidence is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Whose data.
    pub tenant: TenantId,
    /// On which platform.
    pub platform: Platform,
    /// Which ad account.
    pub account: AccountId,
    /// Which conversion event the account optimises for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_event: Option<EventName>,
}

/// What the campaign in question spends and returns: read by limits, not by health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performance {
    /// Spent today, in the account's own day.
    pub spend_today: Money,
    /// Spent over the window of the reading.
    pub spend: Money,
    /// Revenue over the same window.
    pub revenue: Money,
}

/// The readings that bear on one scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is about.
    pub scope: Scope,
    /// What the account's set-up is supposed to deliver.
    pub plan: MeasurementPlan,
    /// What was measured.
    pub readings: Readings,
    /// What the campaign spends and returns.
    #[serde(default = "Reading::not_supplied")]
    pub performance: Reading<Performance>,
}

impl Evidence {
    /// Whether it is about the tenant, platform and account of the proposal.
    #[must_use]
    pub fn is_about(&self, proposal: &Proposal) -> bool {
        self.scope.account == proposal.account
            && self.scope.platform == proposal.platform
            && self.scope.tenant == proposal.tenant
    }

    /// What the campaign of the proposal spends and returns; missing when the evidence is about another account.
    #[must_use]
    pub fn performance_for(&self, proposal: &Proposal) -> &Reading<Performance> {
        const OF_ANOTHER: &Reading<Performance> = &Reading::not_supplied();
        if self.is_about(proposal) {
            &self.performance
        } else {
            OF_ANOTHER
        }
    }

    /// Whether all values can be true at `now`; the edge refuses evidence that cannot.
    ///
    /// # Errors
    /// The first impossible value, with the path to its field below `readings`.
    pub fn check(&self, now: Timestamp) -> Result<(), Impossible> {
        self.readings.check(now)?;
        if self.performance.measured().is_some() && self.performance.usable(now).is_err() {
            return Err(Impossible {
                path: "performance.measured.at",
                why: "a measurement cannot be from the future",
            });
        }
        if let Some(reading) = self.performance.measured() {
            let Performance {
                spend_today, spend, ..
            } = reading.value;
            for (spent, path) in [
                (spend_today, "performance.measured.value.spend_today"),
                (spend, "performance.measured.value.spend"),
            ] {
                if spent.amount() < Decimal::ZERO {
                    let why = "nobody spends less than nothing";
                    return Err(Impossible { path, why });
                }
            }
        }
        Ok(())
    }
}
