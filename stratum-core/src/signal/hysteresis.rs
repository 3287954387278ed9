//! Has it really recovered? A status with memory: worsening at once, recovering one step at a time, each only with a margin
//! held for a while.
//!
//! The memory is a value that the caller keeps and hands back; nothing is remembered here.

use serde::{Deserialize, Serialize};

use crate::vocabulary::{Timestamp, seconds_between};

use super::settings::Recovery;

/// How good the signals are, all in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Measured and bad: a person must act.
    Unhealthy,
    /// Not good enough, or not known well enough: alert only.
    Degraded,
    /// Known to be good: automation may act.
    Healthy,
}

impl Status {
    /// The name used in JSON, SQL and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unhealthy => "unhealthy",
            Self::Degraded => "degraded",
            Self::Healthy => "healthy",
        }
    }

    const fn one_better(self) -> Self {
        match self {
            Self::Unhealthy => Self::Degraded,
            Self::Degraded | Self::Healthy => Self::Healthy,
        }
    }
}

/// What the last evaluation left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusMemory {
    /// The status it came to.
    pub status: Status,
    /// Since when that is the status.
    pub since: Timestamp,
    /// Since when a better status has been earned with its margin; none while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better_since: Option<Timestamp>,
}

impl StatusMemory {
    /// In how many seconds the status reaches `goal`, if it goes on being earned with its margin; none while it is not.
    #[must_use]
    pub fn recovered_in_seconds(
        &self,
        goal: Status,
        recovery: &Recovery,
        now: Timestamp,
    ) -> Option<f64> {
        let since = self.better_since?;
        let left = self.dwell_left(goal, recovery) - seconds_between(since, now);
        Some(if left > 0.0 { left } else { 0.0 })
    }

    /// How long the dwell times of all steps from here to `goal` take together.
    #[must_use]
    pub fn dwell_left(&self, goal: Status, recovery: &Recovery) -> f64 {
        match (self.status, goal) {
            (Status::Unhealthy, Status::Healthy) => 2.0 * recovery.dwell_seconds,
            (from, to) if from < to => recovery.dwell_seconds,
            _ => 0.0,
        }
    }
}

/// The next memory, given the status earned now and the status earned with the recovery margin.
///
/// Without memory the status earned now stands: there is nothing to recover from.
#[must_use]
pub fn advance(
    memory: Option<&StatusMemory>,
    earned: Status,
    earned_with_margin: Status,
    recovery: &Recovery,
    now: Timestamp,
) -> StatusMemory {
    let Some(memory) = memory else {
        return StatusMemory {
            status: earned,
            since: now,
            better_since: None,
        };
    };
    if earned < memory.status {
        return StatusMemory {
            status: earned,
            since: now,
            better_since: None,
        };
    }
    if earned_with_margin <= memory.status {
        return StatusMemory {
            better_since: None,
            ..*memory
        };
    }
    // A memory from the future would let the dwell time pass at once: count from now instead.
    let since = memory
        .better_since
        .filter(|since| *since <= now)
        .unwrap_or(now);
    if seconds_between(since, now) >= recovery.dwell_seconds {
        // One step: what is two steps better may have been earned for a moment only, unless a moment is enough.
        let status = if recovery.dwell_seconds > 0.0 {
            memory.status.one_better()
        } else {
            earned_with_margin
        };
        StatusMemory {
            status,
            since: now,
            better_since: (earned_with_margin > status).then_some(now),
        }
    } else {
        StatusMemory {
            better_since: Some(since),
            ..*memory
        }
    }
}
