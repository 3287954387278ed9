//! Which code does a channel have? Names once, codes everywhere else.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::{BuildHasher as _, Hasher as _};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::error::{AttributionError, Refused};

/// The most different channels: a code fits 16 bits, and one more is needed for the start of a journey.
pub const MAX_CHANNELS: usize = 65_535;
/// The longest name of a channel, in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// The seed is fixed, because the core has no chance. Names chosen to collide cost time, never a different answer.
pub(super) const HASHER: FixedState = FixedState::with_seed(0x5354_5241_5455_4d31);

/// The names of channels, each with the code it got when it was first seen.
///
/// ```
/// use stratum_core::attribution::Channels;
/// let mut channels = Channels::default();
/// assert_eq!(channels.code_of("search"), Ok(0));
/// assert_eq!(channels.code_of("email"), Ok(1));
/// assert_eq!(channels.code_of("search"), Ok(0));
/// assert_eq!(channels.name(1), Some("email"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Channels {
    names: Vec<String>,
    codes: HashTable<u16>,
}

fn hash_of(name: &str) -> u64 {
    let mut hasher = HASHER.build_hasher();
    hasher.write(name.as_bytes());
    hasher.finish()
}

impl Channels {
    /// Channels in a given order: the first has code 0.
    ///
    /// # Errors
    /// A name that is empty, too long or listed twice; too many names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, AttributionError> {
        let mut channels = Self::default();
        for (place, name) in names.into_iter().enumerate() {
            let about = |why| AttributionError::about(format!("channels[{place}]"), why);
            if usize::from(channels.code(name).map_err(about)?) != place {
                let name = name.to_owned();
                return Err(about(Refused::RepeatedChannel { name }));
            }
        }
        Ok(channels)
    }

    /// The code of a channel, a new one when it has not been seen before.
    ///
    /// # Errors
    /// A name that is empty or too long; too many names.
    pub fn code_of(&mut self, name: &str) -> Result<u16, AttributionError> {
        self.code(name)
            .map_err(|why| AttributionError::about("channel", why))
    }

    pub(super) fn code(&mut self, name: &str) -> Result<u16, Refused> {
        let hash = hash_of(name);
        let names = &self.names;
        let same = |code: &u16| names.get(usize::from(*code)).is_some_and(|n| n == name);
        match self.codes.find(hash, same) {
            Some(code) => Ok(*code),
            None => self.insert(name, hash),
        }
    }

    #[cold]
    fn insert(&mut self, name: &str, hash: u64) -> Result<u16, Refused> {
        if name.is_empty() {
            return Err(Refused::EmptyChannel);
        }
        if name.len() > MAX_NAME_BYTES {
            let (bytes, most) = (name.len(), MAX_NAME_BYTES);
            return Err(Refused::LongChannel { bytes, most });
        }
        let most = MAX_CHANNELS;
        if self.names.len() >= most {
            return Err(Refused::TooManyChannels { most });
        }
        let code = u16::try_from(self.names.len());
        let code = code.map_err(|_| Refused::TooManyChannels { most })?;
        self.names.push(name.to_owned());
        let names = &self.names;
        let rehash = |code: &u16| names.get(usize::from(*code)).map_or(0, |n| hash_of(n));
        self.codes.insert_unique(hash, code, rehash);
        Ok(code)
    }

    /// The name behind a code.
    #[must_use]
    pub fn name(&self, code: u16) -> Option<&str> {
        self.names.get(usize::from(code)).map(String::as_str)
    }

    /// All names, in order of their codes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The code of a name, if it is known.
    pub(super) fn find(&self, name: &str) -> Option<u16> {
        let same = |code: &u16| self.name(*code).is_some_and(|known| known == name);
        self.codes.find(hash_of(name), same).copied()
    }

    /// The code here of each channel of another list. Where they do not all find room none is taken.
    pub(super) fn adopt(&mut self, other: &Self) -> Result<Vec<u16>, AttributionError> {
        let new = other.names.iter().filter(|name| self.find(name).is_none());
        let most = MAX_CHANNELS;
        if self.names.len() + new.count() > most {
            let why = Refused::TooManyChannels { most };
            return Err(AttributionError::about("channels", why));
        }
        let codes = other.names.iter().map(|name| self.code(name));
        let codes: Result<_, _> = codes.collect();
        codes.map_err(|why| AttributionError::about("channels", why))
    }
}

/// Names in ascending order, and for each code its place there: so that no answer depends on who was seen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranked {
    pub(super) names: Vec<String>,
    ranks: Vec<u16>,
}

impl Ranked {
    pub(super) fn of(names: &[&str]) -> Self {
        let mut by_name: Vec<(&str, usize)> = names.iter().copied().zip(0..).collect();
        by_name.sort_unstable();
        let mut ranks = alloc::vec![0; names.len()];
        for (rank, (_, code)) in (0..=u16::MAX).zip(&by_name) {
            if let Some(place) = ranks.get_mut(*code) {
                *place = rank;
            }
        }
        let names = by_name.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { names, ranks }
    }

    /// The place of a code.
    pub(super) fn of_code(&self, code: u16) -> u16 {
        self.ranks.get(usize::from(code)).copied().unwrap_or(0)
    }

    /// For each code its place counted from one, so that zero is left for the start of a journey.
    pub(super) fn symbols(&self) -> Vec<u16> {
        self.ranks
            .iter()
            .map(|rank| rank.saturating_add(1))
            .collect()
    }
}
