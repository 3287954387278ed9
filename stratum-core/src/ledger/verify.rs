//! Was anything altered? One pass over the entries with constant memory, naming the first that does not fit.
//!
//! Cutting off the end leaves a shorter chain that is intact in itself: compare the head with one kept elsewhere.

use thiserror::Error;

use crate::vocabulary::{Digest, TenantId};

use super::chain::{genesis, to_the_microsecond};
use super::entry::Entry;

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// The number is not the next one: an entry is missing, doubled or moved.
    Sequence,
    /// It does not follow the entry before.
    Previous,
    /// Its contents are not what was hashed.
    Contents,
}

impl Flaw {
    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Previous => "previous",
            Self::Contents => "contents",
        }
    }
}

/// The first entry that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("entry {seq} does not fit: {}", flaw.as_str())]
pub struct Broken {
    /// The number that was expected there.
    pub seq: u64,
    /// What does not fit.
    pub flaw: Flaw,
}

/// Walks a ledger from its first entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    seen: u64,
    head: Digest,
}

impl Verifier {
    /// Begins before the first entry of a tenant's ledger.
    #[must_use]
    pub fn begin(tenant: &TenantId) -> Self {
        Self {
            seen: 0,
            head: genesis(tenant),
        }
    }

    /// Checks the next entry.
    ///
    /// # Errors
    /// [`Broken`] at the first entry that does not fit.
    pub fn check(&mut self, entry: &Entry) -> Result<(), Broken> {
        let seq = self.seen.saturating_add(1);
        let flaw = if entry.seq != seq {
            Some(Flaw::Sequence)
        } else if entry.previous != self.head {
            Some(Flaw::Previous)
        } else if entry.computed_hash() != entry.hash || entry.at != to_the_microsecond(entry.at) {
            Some(Flaw::Contents)
        } else {
            None
        };
        if let Some(flaw) = flaw {
            return Err(Broken { seq, flaw });
        }
        self.seen = seq;
        self.head = entry.hash;
        Ok(())
    }

    /// How many entries fitted so far.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// The hash of the last entry that fitted.
    #[must_use]
    pub const fn head(&self) -> Digest {
        self.head
    }
}
