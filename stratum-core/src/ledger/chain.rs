//! How does the chain grow? By one entry after the head; the caller persists it before anything is acted upon.

use alloc::string::String;

use crate::vocabulary::{Digest, TenantId, Timestamp};

use super::body::{Body, BodyError};
use super::entry::{Entry, EntryKind, hash};

/// The growing end of one tenant's ledger.
///
/// ```
/// use stratum_core::ledger::{Chain, EntryKind, Verifier};
/// use stratum_core::vocabulary::TenantId;
/// let tenant = TenantId::new("north").unwrap();
/// let mut chain = Chain::begin(&tenant);
/// let now = "2026-11-25T12:00:00Z".parse().unwrap();
/// let entry = chain.append_written(EntryKind::Lift, "{}".into(), now);
/// let mut verifier = Verifier::begin(&tenant);
/// assert!(verifier.check(&entry).is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    length: u64,
    head: Digest,
}

impl Chain {
    /// An empty ledger. Its first hash names the tenant, so that entries cannot be moved to another ledger.
    #[must_use]
    pub fn begin(tenant: &TenantId) -> Self {
        Self {
            length: 0,
            head: genesis(tenant),
        }
    }

    /// A ledger that already holds `length` entries, the last with the hash `head`.
    #[must_use]
    pub const fn resume(length: u64, head: Digest) -> Self {
        Self { length, head }
    }

    /// How many entries it holds.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The hash of the last entry.
    #[must_use]
    pub const fn head(&self) -> Digest {
        self.head
    }

    /// Appends a record.
    ///
    /// # Errors
    /// [`BodyError`] when the record does not encode.
    pub fn append(&mut self, body: &Body, now: Timestamp) -> Result<Entry, BodyError> {
        Ok(self.append_written(body.kind(), body.write()?, now))
    }

    /// Appends a record that is already written as canonical JSON.
    pub fn append_written(&mut self, kind: EntryKind, body: String, now: Timestamp) -> Entry {
        let seq = self.length.saturating_add(1);
        let at = to_the_microsecond(now);
        let previous = self.head;
        let hash = hash(seq, at, kind, &body, &previous);
        self.length = seq;
        self.head = hash;
        Entry {
            seq,
            at,
            kind,
            body,
            previous,
            hash,
        }
    }
}

/// The moment as it is hashed: nothing finer, and no leap second that shares its number with the second after.
pub(super) fn to_the_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

pub(super) fn genesis(tenant: &TenantId) -> Digest {
    Digest::of_parts(&[b"stratum-ledger-1 begins for ", tenant.as_str().as_bytes()])
}
