//! How much more is at risk? Direction, size and reversibility of an action, and the health it takes.
//!
//! The health required rises continuously with the size of an increase; a reduction never needs more than the threshold.

use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::numeric::from_decimal;
use crate::vocabulary::Score;

use super::action::Action;

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Less is at risk afterwards.
    Reduce,
    /// As much as before.
    Neutral,
    /// More is at risk, or it cannot be told.
    Increase,
}

/// How exposure raises the health required.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposureSettings {
    /// Points above the healthy threshold that the largest increase requires.
    pub rise: f64,
    /// The size at which half of the rise is required; 1 is a doubling of a budget.
    pub half_at: f64,
}

/// What an action exposes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// Which way.
    pub direction: Direction,
    /// How much: the change relative to before, times how hard it is to take back. From nothing it is [`Exposure::LARGEST`].
    pub size: f64,
}

impl Exposure {
    /// The size of a change that starts from nothing or from an unknown amount.
    pub const LARGEST: f64 = 1e9;

    /// Computes the exposure of an action from its before and after.
    ///
    /// ```
    /// use stratum_core::trust::{Action, Direction, Exposure};
    /// use stratum_core::vocabulary::{CampaignId, Money};
    /// let raise = Action::SetDailyBudget {
    ///     campaign: CampaignId::new("c1").unwrap(),
    ///     before: Some(Money::parse("100", "EUR").unwrap()),
    ///     after: Money::parse("150", "EUR").unwrap(),
    /// };
    /// let exposure = Exposure::of(&raise);
    /// assert_eq!(exposure.direction, Direction::Increase);
    /// assert_eq!(exposure.size, 0.5);
    /// ```
    #[must_use]
    pub fn of(action: &Action) -> Self {
        let unknown = Self {
            direction: Direction::Increase,
            size: Self::LARGEST,
        };
        if let Action::Pause { .. } = action {
            return Self {
                direction: Direction::Reduce,
                size: 1.0,
            };
        }
        let (Some(before), Some(after)) = (action.before(), action.after()) else {
            return unknown;
        };
        if before.currency() != after.currency() {
            return unknown;
        }
        let (from, to) = (from_decimal(before.amount()), from_decimal(after.amount()));
        let direction = match after.amount().cmp(&before.amount()) {
            Ordering::Equal => {
                return Self {
                    direction: Direction::Neutral,
                    size: 0.0,
                };
            }
            Ordering::Less => Direction::Reduce,
            Ordering::Greater => Direction::Increase,
        };
        let change = if to > from { to - from } else { from - to };
        let size = if from > 0.0 {
            change / from * reversibility(action)
        } else {
            Self::LARGEST
        };
        Self {
            direction,
            size: if size < Self::LARGEST {
                size
            } else {
                Self::LARGEST
            },
        }
    }

    /// The lower end of health that this exposure requires.
    #[must_use]
    pub fn required(&self, healthy: f64, settings: &ExposureSettings) -> Score {
        match self.direction {
            Direction::Reduce | Direction::Neutral => Score::nearest(healthy),
            Direction::Increase => {
                let share = self.size / (self.size + settings.half_at);
                Score::nearest(healthy + settings.rise * share)
            }
        }
    }
}

/// How much more a change counts because it is hard to take back: a bid spends before anyone looks.
const fn reversibility(action: &Action) -> f64 {
    match action {
        Action::SetBid { .. } => 1.5,
        Action::SetDailyBudget { .. }
        | Action::Pause { .. }
        | Action::Resume { .. }
        | Action::Launch { .. } => 1.0,
    }
}
