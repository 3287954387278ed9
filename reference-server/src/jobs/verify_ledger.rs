//! Was anything altered? Walks the whole ledger in pages, with constant memory, and names the first entry that does not fit.

use serde::{Deserialize, Serialize};
use stratum_core::ledger::{Entry, Verifier};
use stratum_core::vocabulary::{Digest, TenantId, Timestamp};
use stratum_store::{Store, StoreError, TenantScope};

use super::JobError;
use crate::clock::Stopwatch;

/// How many entries are read at once.
const PAGE: u32 = 1000;
/// Under which name the newest verification is kept.
pub const NEWEST: &str = "ledger verification";

/// The first entry that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstBad {
    /// Its number.
    pub seq: u64,
    /// What does not fit: `sequence`, `previous`, `contents` or `unreadable`.
    pub why: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Whether every entry fits.
    pub intact: bool,
    /// How many entries fitted.
    pub entries: u64,
    /// The hash of the last one that did.
    pub head: Digest,
    /// The first that does not.
    pub first_bad: Option<FirstBad>,
    /// How long it took.
    pub took_ms: u64,
}

/// A verification and when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// When.
    pub at: Timestamp,
    /// What it found.
    pub found: Verification,
}

/// Verifies a tenant's ledger.
///
/// # Errors
/// [`JobError::Store`] when the database fails; an entry that cannot be read is a finding, not an error.
pub async fn verify_ledger(store: &Store, tenant: &TenantId) -> Result<Verification, JobError> {
    let started = Stopwatch::start();
    let mut scope = store.tenant(tenant).read().await?;
    let mut verifier = Verifier::begin(tenant);
    let first_bad = loop {
        let page = match page_after(&mut scope, verifier.seen()).await? {
            Ok(page) if page.is_empty() => break None,
            Ok(page) => page,
            Err(bad) => break Some(bad),
        };
        let broken = page.iter().find_map(|entry| verifier.check(entry).err());
        if let Some(broken) = broken {
            break Some(FirstBad {
                seq: broken.seq,
                why: broken.flaw.as_str().to_owned(),
            });
        }
    };
    Ok(Verification {
        intact: first_bad.is_none(),
        entries: verifier.seen(),
        head: verifier.head(),
        first_bad,
        took_ms: started.millis(),
    })
}

/// The next page, empty at the end; or the entry after `after` when it is not even an entry any more.
async fn page_after(
    scope: &mut TenantScope,
    after: u64,
) -> Result<Result<Vec<Entry>, FirstBad>, JobError> {
    match scope.entries_after(after, PAGE).await {
        Err(StoreError::Unreadable { .. }) => {}
        page => return Ok(Ok(page?)),
    }
    // One of the page cannot be read: what comes before it is still checked, entry by entry.
    let mut page = Vec::new();
    for seq in after + 1.. {
        let why = match scope.entry(seq).await {
            Ok(Some(entry)) => {
                page.push(entry);
                continue;
            }
            Ok(None) => "sequence",
            Err(StoreError::Unreadable { .. }) => "unreadable",
            Err(error) => return Err(error.into()),
        };
        if page.is_empty() {
            return Ok(Err(FirstBad {
                seq,
                why: why.to_owned(),
            }));
        }
        break;
    }
    Ok(Ok(page))
}
