//! How much is too much? Bounds on increases, checked against what was applied; what a broken one does is its mode.
//!
//! Limits bind increases only: a reduction is never harder than its opposite. A limit that lacks what it needs is broken, not
//! skipped. The checks are in `limits/check.rs`.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::vocabulary::Money;
use crate::vocabulary::money::plain_decimal;

pub mod check;
pub mod decimal_text;

pub use check::{Finding, check};

/// What a broken limit does to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enforcement {
    /// Passes with a recorded warning.
    Advisory,
    /// Holds until a second person confirms.
    SoftBlock,
    /// Blocks.
    HardBlock,
}

/// A percentage, exact, zero or more. In JSON a text such as `"12.5"`.
///
/// ```
/// use stratum_core::trust::Percent;
/// assert!(Percent::parse("30").is_ok());
/// assert!(Percent::parse("-1").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(#[serde(with = "decimal_text")] Decimal);

/// The text is no percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "a percentage is a decimal number from 0 to 100000 with at most six decimal places, such as 12.5"
)]
pub struct PercentError;

impl Percent {
    const MOST: i64 = 100_000;
    /// With these a percentage of any amount is computed exactly: nothing is rounded behind a limit.
    const MOST_DECIMALS: u32 = 6;

    /// Reads a percentage.
    ///
    /// # Errors
    /// [`PercentError`] when it is not a number from 0 to 100 000, or has more than six decimal places.
    pub fn parse(text: &str) -> Result<Self, PercentError> {
        let percent = Self(plain_decimal(text).ok_or(PercentError)?);
        if percent.is_sound() {
            Ok(percent)
        } else {
            Err(PercentError)
        }
    }

    /// Whether it lies between 0 and 100 000 and is not written finer than six decimal places.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.0 >= Decimal::ZERO
            && self.0 <= Decimal::from(Self::MOST)
            && self.0.scale() <= Self::MOST_DECIMALS
    }

    /// The number of percent.
    #[must_use]
    pub const fn value(&self) -> Decimal {
        self.0
    }
}

/// What a limit bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LimitRule {
    /// One increase of a budget or bid, in percent of before.
    IncreasePercent {
        /// At most this much.
        at_most: Percent,
    },
    /// One increase of a daily budget, in money.
    IncreaseAmount {
        /// At most this much.
        at_most: Money,
    },
    /// The daily budget of a campaign after the change.
    CampaignDailyBudget {
        /// At most this much.
        at_most: Money,
    },
    /// Applied changes to a campaign within the account's day.
    ChangesPerDay {
        /// At most this many, the proposed one included.
        at_most: u32,
    },
    /// Time since the last applied change to a campaign.
    Cooldown {
        /// At least this long.
        seconds: u32,
    },
    /// The increase of a campaign's daily budget within a rolling window, in percent of what it was at its start.
    RollingIncreasePercent {
        /// The window.
        within_seconds: u32,
        /// At most this much.
        at_most: Percent,
    },
    /// A campaign's daily budget in percent above its recorded baseline, however many steps it took.
    CumulativeIncreasePercent {
        /// At most this much.
        at_most: Percent,
    },
    /// All increases of daily budgets in the account within its day.
    AccountDailyIncrease {
        /// At most this much in sum.
        at_most: Money,
    },
    /// All increases of daily budgets of the tenant within a rolling window, across accounts and currencies.
    PortfolioIncrease {
        /// The window.
        within_seconds: u32,
        /// At most this much in sum.
        at_most: Money,
    },
    /// What the campaign has spent today, by a reading that is at most three hours old.
    SpendToday {
        /// At most this much, else no increase.
        at_most: Money,
    },
    /// Revenue over spend of the campaign.
    MinimumReturn {
        /// At least this ratio, else no increase.
        #[serde(with = "decimal_text")]
        at_least: Decimal,
    },
}

/// Which limit, without its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the kind of the LimitRule of the same name"
)]
pub enum LimitKind {
    IncreasePercent,
    IncreaseAmount,
    CampaignDailyBudget,
    ChangesPerDay,
    Cooldown,
    RollingIncreasePercent,
    CumulativeIncreasePercent,
    AccountDailyIncrease,
    PortfolioIncrease,
    SpendToday,
    MinimumReturn,
}

impl LimitRule {
    /// Which limit it is.
    #[must_use]
    pub const fn kind(&self) -> LimitKind {
        match self {
            Self::IncreasePercent { .. } => LimitKind::IncreasePercent,
            Self::IncreaseAmount { .. } => LimitKind::IncreaseAmount,
            Self::CampaignDailyBudget { .. } => LimitKind::CampaignDailyBudget,
            Self::ChangesPerDay { .. } => LimitKind::ChangesPerDay,
            Self::Cooldown { .. } => LimitKind::Cooldown,
            Self::RollingIncreasePercent { .. } => LimitKind::RollingIncreasePercent,
            Self::CumulativeIncreasePercent { .. } => LimitKind::CumulativeIncreasePercent,
            Self::AccountDailyIncrease { .. } => LimitKind::AccountDailyIncrease,
            Self::PortfolioIncrease { .. } => LimitKind::PortfolioIncrease,
            Self::SpendToday { .. } => LimitKind::SpendToday,
            Self::MinimumReturn { .. } => LimitKind::MinimumReturn,
        }
    }

    /// How many seconds of applied changes it looks back on, where that is a number of the policy.
    #[must_use]
    pub const fn window_seconds(&self) -> Option<u32> {
        match self {
            Self::RollingIncreasePercent { within_seconds, .. }
            | Self::PortfolioIncrease { within_seconds, .. }
            | Self::Cooldown {
                seconds: within_seconds,
            } => Some(*within_seconds),
            // The account's day, which every view holds, or no changes at all.
            Self::IncreasePercent { .. }
            | Self::IncreaseAmount { .. }
            | Self::CampaignDailyBudget { .. }
            | Self::ChangesPerDay { .. }
            | Self::CumulativeIncreasePercent { .. }
            | Self::AccountDailyIncrease { .. }
            | Self::SpendToday { .. }
            | Self::MinimumReturn { .. } => None,
        }
    }

    /// Whether its numbers make sense.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::IncreasePercent { at_most } | Self::CumulativeIncreasePercent { at_most } => {
                at_most.is_sound()
            }
            Self::RollingIncreasePercent {
                within_seconds,
                at_most,
            } => at_most.is_sound() && *within_seconds > 0,
            Self::IncreaseAmount { at_most }
            | Self::CampaignDailyBudget { at_most }
            | Self::AccountDailyIncrease { at_most }
            | Self::SpendToday { at_most } => at_most.amount() >= Decimal::ZERO,
            Self::PortfolioIncrease {
                within_seconds,
                at_most,
            } => at_most.amount() >= Decimal::ZERO && *within_seconds > 0,
            Self::MinimumReturn { at_least } => {
                *at_least >= Decimal::ZERO && *at_least <= Decimal::ONE_THOUSAND
            }
            Self::ChangesPerDay { .. } | Self::Cooldown { .. } => true,
        }
    }
}

/// A bound and what breaking it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What it bounds.
    pub rule: LimitRule,
    /// What breaking it does.
    pub mode: Enforcement,
}
