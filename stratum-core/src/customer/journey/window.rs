//! How far back does a touch count? One lookback window per platform and kind, and the pause that ends a session.
//!
//! Not here: a window for the whole journey. Each touch is judged by its own.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::touch::TouchKind;
use crate::vocabulary::Platform;

const DAY: u32 = 86_400;

/// The longest lookback window: a year.
pub const MAX_LOOKBACK_SECONDS: u32 = 365 * DAY;
/// The longest pause within a session: a day.
pub const MAX_SESSION_GAP_SECONDS: u32 = DAY;

/// Why a number of seconds is not a window or not a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WindowError {
    /// A lookback window is too long.
    #[error("a lookback window may have at most {MAX_LOOKBACK_SECONDS} seconds, not {seconds}")]
    LookbackTooLong {
        /// What was given.
        seconds: u32,
    },
    /// The pause that ends a session is empty or too long.
    #[error(
        "the pause that ends a session has 1 to {MAX_SESSION_GAP_SECONDS} seconds, not {seconds}"
    )]
    SessionGapOutOfRange {
        /// What was given.
        seconds: u32,
    },
}

impl WindowError {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LookbackTooLong { .. } => "journeys.lookback_too_long",
            Self::SessionGapOutOfRange { .. } => "journeys.session_gap_out_of_range",
        }
    }
}

/// How long a click and a view of one platform count, in seconds. Zero: that kind does not count at all.
///
/// ```
/// use stratum_core::customer::journey::{Lookback, TouchKind};
/// let lookback = Lookback::new(7 * 86_400, 86_400).unwrap();
/// assert_eq!(lookback.seconds(TouchKind::View), 86_400);
/// assert!(Lookback::new(u32::MAX, 0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenLookback")]
pub struct Lookback {
    click_seconds: u32,
    view_seconds: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLookback {
    click_seconds: u32,
    view_seconds: u32,
}

impl TryFrom<WrittenLookback> for Lookback {
    type Error = WindowError;
    fn try_from(written: WrittenLookback) -> Result<Self, WindowError> {
        Self::new(written.click_seconds, written.view_seconds)
    }
}

impl Lookback {
    /// Checks both windows.
    ///
    /// # Errors
    /// [`WindowError::LookbackTooLong`] beyond [`MAX_LOOKBACK_SECONDS`].
    pub const fn new(click_seconds: u32, view_seconds: u32) -> Result<Self, WindowError> {
        let seconds = if click_seconds > view_seconds {
            click_seconds
        } else {
            view_seconds
        };
        if seconds > MAX_LOOKBACK_SECONDS {
            return Err(WindowError::LookbackTooLong { seconds });
        }
        Ok(Self {
            click_seconds,
            view_seconds,
        })
    }

    const fn days(click: u32, view: u32) -> Self {
        Self {
            click_seconds: click * DAY,
            view_seconds: view * DAY,
        }
    }

    /// The window of one kind.
    #[must_use]
    pub const fn seconds(&self, kind: TouchKind) -> u32 {
        match kind {
            TouchKind::Click => self.click_seconds,
            TouchKind::View => self.view_seconds,
        }
    }
}

/// The lookback windows of all platforms.
///
/// ```
/// use stratum_core::customer::journey::{Lookback, TouchKind, Windows};
/// use stratum_core::vocabulary::Platform;
/// let mut windows = Windows::baseline_2026_11();
/// assert_eq!(windows.seconds(Some(Platform::Google), TouchKind::Click), 30 * 86_400);
/// assert_eq!(windows.seconds(None, TouchKind::Click), 7 * 86_400);
/// windows.meta = Lookback::new(86_400, 0).unwrap();
/// assert_eq!(windows.seconds(Some(Platform::Meta), TouchKind::View), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// Facebook and Instagram.
    pub meta: Lookback,
    /// Google Ads.
    pub google: Lookback,
    /// TikTok.
    pub tiktok: Lookback,
    /// Snapchat.
    pub snapchat: Lookback,
    /// Every other platform, and channels without one.
    pub other: Lookback,
}

impl Windows {
    /// What the platforms count by when nobody changes it, as of November 2026; sources in `docs/methods/journeys.md`.
    ///
    /// Days of click and view: Meta 7 and 1, Google 30 and 0 (it reports conversions after a view apart), TikTok 7 and 1,
    /// Snapchat 28 and 1, all others 7 and 1.
    #[must_use]
    pub const fn baseline_2026_11() -> Self {
        Self {
            meta: Lookback::days(7, 1),
            google: Lookback::days(30, 0),
            tiktok: Lookback::days(7, 1),
            snapchat: Lookback::days(28, 1),
            other: Lookback::days(7, 1),
        }
    }

    /// The window of one platform and kind.
    #[must_use]
    pub const fn seconds(&self, platform: Option<Platform>, kind: TouchKind) -> u32 {
        let lookback = match platform {
            Some(Platform::Meta) => &self.meta,
            Some(Platform::Google) => &self.google,
            Some(Platform::Tiktok) => &self.tiktok,
            Some(Platform::Snapchat) => &self.snapchat,
            Some(Platform::Exchange) | None => &self.other,
        };
        lookback.seconds(kind)
    }
}

/// The pause after which the next touch opens a new session.
///
/// ```
/// use stratum_core::customer::journey::SessionGap;
/// assert_eq!(SessionGap::THIRTY_MINUTES.seconds(), 1800);
/// assert!(SessionGap::new(0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SessionGap(u32);

impl SessionGap {
    /// What web analytics has counted by since Urchin.
    pub const THIRTY_MINUTES: Self = Self(30 * 60);

    /// Checks the number of seconds.
    ///
    /// # Errors
    /// [`WindowError::SessionGapOutOfRange`] for zero and beyond [`MAX_SESSION_GAP_SECONDS`].
    pub const fn new(seconds: u32) -> Result<Self, WindowError> {
        if seconds == 0 || seconds > MAX_SESSION_GAP_SECONDS {
            return Err(WindowError::SessionGapOutOfRange { seconds });
        }
        Ok(Self(seconds))
    }

    /// The number of seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for SessionGap {
    type Error = WindowError;
    fn try_from(seconds: u32) -> Result<Self, WindowError> {
        Self::new(seconds)
    }
}

impl From<SessionGap> for u32 {
    fn from(gap: SessionGap) -> Self {
        gap.0
    }
}

/// By which rules journeys are built.
///
/// ```
/// use stratum_core::customer::journey::JourneyRules;
/// let rules = JourneyRules::baseline_2026_11();
/// let written = serde_json::to_string(&rules).unwrap();
/// assert_eq!(serde_json::from_str::<JourneyRules>(&written).unwrap(), rules);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneyRules {
    /// How far back a touch counts.
    pub windows: Windows,
    /// Which pause ends a session.
    pub session_gap: SessionGap,
}

impl JourneyRules {
    /// The windows of [`Windows::baseline_2026_11`] and sessions that end after thirty minutes.
    #[must_use]
    pub const fn baseline_2026_11() -> Self {
        Self {
            windows: Windows::baseline_2026_11(),
            session_gap: SessionGap::THIRTY_MINUTES,
        }
    }
}
