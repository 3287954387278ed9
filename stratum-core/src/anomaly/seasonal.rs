//! What does this hour of the day usually add? Learned from the same hour of the days before.
//!
//! Hours are those of UTC: a season repeats every 24 hours whatever the zone is called. Weekdays are left to the moving level.

use alloc::vec::Vec;

use super::window::Window;
use crate::numeric::quantile::from_usize;

/// From how many days on an hour's own habit is used.
const FIRST_USED: usize = 4;
/// Days of no habit mixed in, so that few days say little.
const PRIOR_DAYS: f64 = 2.0;

/// The usual departure of each hour of the day from the level of its day.
#[derive(Debug, Clone, PartialEq)]
pub struct HourOfDay {
    hours: Vec<Window>,
}

impl HourOfDay {
    /// Nothing learned yet; each hour remembers at most `days` days.
    #[must_use]
    pub fn new(days: usize) -> Self {
        Self {
            hours: (0..24).map(|_| Window::new(days)).collect(),
        }
    }

    /// What this hour (0 to 23) usually adds; zero until it was seen on four days.
    #[must_use]
    pub fn usual(&self, hour: usize) -> f64 {
        let Some(days) = self.hours.get(hour) else {
            return 0.0;
        };
        if days.len() < FIRST_USED {
            return 0.0;
        }
        let n = from_usize(days.len());
        days.median().unwrap_or(0.0) * n / (n + PRIOR_DAYS)
    }

    /// Remembers what this hour added today.
    pub fn learn(&mut self, hour: usize, departure: f64) {
        if let Some(days) = self.hours.get_mut(hour) {
            days.push(departure);
        }
    }
}
