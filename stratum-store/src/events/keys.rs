//! Which match keys does an event carry? A small set: what is valid after normalisation is in it.

/// A match key. Click ids and browser ids belong to the platform that gave them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// E-mail address, plain or hashed.
    Email,
    /// Phone number, plain or hashed.
    Phone,
    /// The advertiser's own customer id.
    ExternalId,
    /// IP address together with the user agent.
    IpAndAgent,
    /// Name together with a postal address.
    NameAndAddress,
    /// Meta's click id (`fbc`, `fbclid`).
    ClickMeta,
    /// Google's click id (`gclid`, `wbraid`, `gbraid`).
    ClickGoogle,
    /// TikTok's click id (`ttclid`).
    ClickTiktok,
    /// Snapchat's click id (`ScCid`).
    ClickSnapchat,
    /// Meta's browser id (`fbp`).
    BrowserMeta,
    /// TikTok's browser id (`ttp`).
    BrowserTiktok,
    /// Snapchat's browser id (`sc_cookie1`).
    BrowserSnapchat,
}

impl Key {
    /// How many there are.
    pub const COUNT: usize = 12;

    /// Every key, in the order of the columns.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Email,
        Self::Phone,
        Self::ExternalId,
        Self::IpAndAgent,
        Self::NameAndAddress,
        Self::ClickMeta,
        Self::ClickGoogle,
        Self::ClickTiktok,
        Self::ClickSnapchat,
        Self::BrowserMeta,
        Self::BrowserTiktok,
        Self::BrowserSnapchat,
    ];

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of match keys.
///
/// ```
/// use stratum_store::events::{Key, Keys};
/// let keys = Keys::NONE.with(Key::Email).with(Key::ClickGoogle);
/// assert!(keys.contains(Key::Email));
/// assert!(!keys.contains(Key::Phone));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keys(u16);

impl Keys {
    /// No key.
    pub const NONE: Self = Self(0);

    /// The set with one key more.
    #[must_use]
    pub const fn with(self, key: Key) -> Self {
        Self(self.0 | key.bit())
    }

    /// The set with one key more if it is there.
    #[must_use]
    pub const fn with_if(self, key: Key, there: bool) -> Self {
        if there { self.with(key) } else { self }
    }

    /// Whether the key is in the set.
    #[must_use]
    pub const fn contains(self, key: Key) -> bool {
        self.0 & key.bit() != 0
    }
}
