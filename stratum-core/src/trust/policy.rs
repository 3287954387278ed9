//! What does this tenant allow? A versioned set of numbers, checked once, known by its digest.
//!
//! There is no `Default`: [`Policy::baseline_2026_11`] is named and dated, so that no default can change silently under a
//! stored decision.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::signal::{HealthSettings, SettingsError, baseline};
use crate::vocabulary::digest::canonical_bytes;
use crate::vocabulary::{Digest, PolicyVersion};

use super::exposure::ExposureSettings;
use super::limits::{Enforcement, Limit, LimitRule, Percent};

/// The most limits a policy may hold.
pub const MAX_LIMITS: usize = 64;

/// Whether automation may protect while health is degraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protective {
    /// Whether it may pause and cut at all.
    pub allowed: bool,
    /// How many reductions it may make in the account …
    pub at_most: u32,
    /// … within this window: mass pausing on broken data is harm too.
    pub within_seconds: u32,
}

/// Every number of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySettings {
    /// The name of this version.
    pub version: PolicyVersion,
    /// How health is computed.
    pub health: HealthSettings,
    /// How exposure raises the health required.
    pub exposure: ExposureSettings,
    /// Whether automation may protect while degraded.
    pub protective: Protective,
    /// For how long a permit may be redeemed.
    pub permit_seconds: u32,
    /// For how long an approval counts.
    pub approval_seconds: u32,
    /// Bounds on increases.
    pub limits: Vec<Limit>,
}

/// Why settings are no policy.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PolicyError {
    /// The health settings are wrong.
    #[error(transparent)]
    Health(#[from] SettingsError),
    /// A number lies outside its range.
    #[error("{field} must lie between {least} and {most}")]
    OutOfRange {
        /// Which field.
        field: &'static str,
        /// The least accepted.
        least: f64,
        /// The most accepted.
        most: f64,
    },
    /// Too many limits.
    #[error("a policy has at most {MAX_LIMITS} limits, this one has {0}")]
    TooManyLimits(usize),
    /// The numbers of a limit make no sense.
    #[error("limit {index} has numbers that make no sense")]
    Limit {
        /// Which one, from zero.
        index: usize,
    },
}

impl PolicyError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "policy.invalid"
    }

    /// The field the error is about.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Health(error) => alloc::format!("health.{}", error.path()),
            Self::OutOfRange { field, .. } => (*field).to_string(),
            Self::TooManyLimits(_) => "limits".to_string(),
            Self::Limit { index } => alloc::format!("limits[{index}]"),
        }
    }
}

/// A checked policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    settings: PolicySettings,
    digest: Digest,
}

fn within(field: &'static str, value: f64, least: f64, most: f64) -> Result<(), PolicyError> {
    if value.is_finite() && value >= least && value <= most {
        Ok(())
    } else {
        Err(PolicyError::OutOfRange { field, least, most })
    }
}

impl Policy {
    /// Checks the settings and makes the policy.
    ///
    /// # Errors
    /// The first [`PolicyError`], with the path to its field.
    pub fn new(settings: PolicySettings) -> Result<Self, PolicyError> {
        const DAY: f64 = 86_400.0;
        settings.health.check()?;
        within(
            "exposure.rise",
            settings.exposure.rise,
            0.0,
            100.0 - settings.health.healthy,
        )?;
        within("exposure.half_at", settings.exposure.half_at, 1e-3, 1e3)?;
        within(
            "permit_seconds",
            f64::from(settings.permit_seconds),
            1.0,
            3600.0,
        )?;
        within(
            "approval_seconds",
            f64::from(settings.approval_seconds),
            60.0,
            7.0 * DAY,
        )?;
        within(
            "protective.within_seconds",
            f64::from(settings.protective.within_seconds),
            60.0,
            30.0 * DAY,
        )?;
        if settings.limits.len() > MAX_LIMITS {
            return Err(PolicyError::TooManyLimits(settings.limits.len()));
        }
        if let Some(index) = settings
            .limits
            .iter()
            .position(|limit| !limit.rule.is_sound())
        {
            return Err(PolicyError::Limit { index });
        }
        let digest = canonical_bytes(&settings).map_or(Digest::ZERO, |bytes| Digest::of(&bytes));
        Ok(Self { settings, digest })
    }

    /// The baseline of November 2026.
    ///
    /// ```
    /// use stratum_core::trust::Policy;
    /// let policy = Policy::baseline_2026_11().unwrap();
    /// assert_eq!(policy.settings().version.as_str(), "baseline-2026-11");
    /// assert!(!policy.settings().protective.allowed);
    /// ```
    ///
    /// # Errors
    /// None in practice: a test makes sure that the baseline passes its own check.
    pub fn baseline_2026_11() -> Result<Self, PolicyError> {
        const HOUR: u32 = 3600;
        let invalid = PolicyError::Limit { index: 0 };
        let percent = |text| Percent::parse(text).map_err(|_| invalid.clone());
        let soft = |rule| Limit {
            rule,
            mode: Enforcement::SoftBlock,
        };
        Self::new(PolicySettings {
            version: PolicyVersion::new("baseline-2026-11").map_err(|_| invalid.clone())?,
            health: baseline::november_2026()?,
            exposure: ExposureSettings {
                rise: 15.0,
                half_at: 1.0,
            },
            protective: Protective {
                allowed: false,
                at_most: 3,
                within_seconds: 24 * HOUR,
            },
            permit_seconds: 300,
            approval_seconds: HOUR,
            limits: alloc::vec![
                soft(LimitRule::IncreasePercent {
                    at_most: percent("30")?
                }),
                soft(LimitRule::ChangesPerDay { at_most: 3 }),
                soft(LimitRule::Cooldown { seconds: 4 * HOUR }),
                soft(LimitRule::RollingIncreasePercent {
                    within_seconds: 7 * 24 * HOUR,
                    at_most: percent("100")?,
                }),
            ],
        })
    }

    /// The numbers.
    #[must_use]
    pub const fn settings(&self) -> &PolicySettings {
        &self.settings
    }

    /// The digest of the canonical bytes of the settings.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}
