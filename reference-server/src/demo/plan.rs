//! Which demo is it? Its seed, when it begins, and how many of its hours have been lived.

use chrono::{DurationRound as _, TimeDelta};
use serde::{Deserialize, Serialize};
use stratum_core::simulation::WorldPlan;
use stratum_core::vocabulary::{Currency, TenantId, Timestamp};

use super::DemoError;

/// The id of the demo's tenant.
pub const TENANT: &str = "demo";
/// What people call it.
pub const NAME: &str = "Nordlicht Outdoor";
/// Under which name the progress of the demo is kept.
pub const PROGRESS: &str = "demo progress";
/// The currency of its accounts.
pub const CURRENCY: &str = "EUR";
/// The event it optimises for.
pub const EVENT: &str = "purchase";
/// Hours between two looks of the rule.
pub const LOOK_HOURS: u64 = 12;
/// Hours before the rule looks for the first time.
pub const FIRST_LOOK: u64 = 96;

/// What makes a demo what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPlan {
    /// Where all chance comes from.
    pub seed: u64,
    /// The first hour.
    pub start: Timestamp,
    /// How many days its incidents are laid out over.
    pub days: u32,
}

/// A demo and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which demo.
    pub plan: DemoPlan,
    /// How many hours have been lived.
    pub hours: u64,
}

impl DemoPlan {
    /// A demo whose history ends with the last full hour before `now`.
    ///
    /// # Errors
    /// [`DemoError::Plan`] when it is shorter than a fortnight or longer than a year.
    pub fn ending_at(now: Timestamp, seed: u64, days: u32) -> Result<Self, DemoError> {
        if !(14..=366).contains(&days) {
            return Err(DemoError::Plan("a demo lasts 14 to 366 days"));
        }
        let end = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        Ok(Self {
            seed,
            start: end - TimeDelta::days(i64::from(days)),
            days,
        })
    }

    /// When its history ends.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start + TimeDelta::days(i64::from(self.days))
    }

    /// How many hours its history has.
    #[must_use]
    pub fn hours(&self) -> u64 {
        u64::from(self.days) * 24
    }

    /// The plan of its world.
    #[must_use]
    pub fn world(&self) -> WorldPlan {
        WorldPlan::demo(self.seed, self.start, self.days)
    }

    /// The id of its tenant.
    ///
    /// # Errors
    /// None in practice.
    pub fn tenant() -> Result<TenantId, DemoError> {
        Ok(TenantId::new(TENANT)?)
    }

    /// The currency of its accounts.
    ///
    /// # Errors
    /// None in practice.
    pub fn currency() -> Result<Currency, DemoError> {
        Ok(CURRENCY.parse()?)
    }
}

impl Progress {
    /// The moment up to which it has been lived.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let hours = i64::try_from(self.hours).unwrap_or(i64::MAX);
        self.plan.start + TimeDelta::try_hours(hours).unwrap_or(TimeDelta::zero())
    }
}
