//! On which advertising platform? One closed list; connectors map their own spelling to it.

use core::fmt;

use serde::{Deserialize, Serialize};

/// An advertising platform.
///
/// ```
/// use stratum_core::vocabulary::Platform;
/// assert_eq!(Platform::Meta.to_string(), "meta");
/// assert_eq!("tiktok".parse::<Platform>().unwrap(), Platform::Tiktok);
/// assert!("facebook".parse::<Platform>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Facebook and Instagram.
    Meta,
    /// Google Ads.
    Google,
    /// TikTok.
    Tiktok,
    /// Snapchat.
    Snapchat,
    /// An ad exchange or buying platform whose numbers arrive by import.
    Exchange,
}

impl Platform {
    /// Every platform, in the order of declaration.
    pub const ALL: [Self; 5] = [
        Self::Meta,
        Self::Google,
        Self::Tiktok,
        Self::Snapchat,
        Self::Exchange,
    ];

    /// The name used in JSON, SQL and URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Google => "google",
            Self::Tiktok => "tiktok",
            Self::Snapchat => "snapchat",
            Self::Exchange => "exchange",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown platform; known are meta, google, tiktok, snapchat and exchange")]
pub struct UnknownPlatform;

impl core::str::FromStr for Platform {
    type Err = UnknownPlatform;
    fn from_str(text: &str) -> Result<Self, UnknownPlatform> {
        Self::ALL
            .into_iter()
            .find(|platform| platform.as_str() == text)
            .ok_or(UnknownPlatform)
    }
}
