//! Was anything altered? Walks the whole ledger in pages, with constant memory, and names the first entry that does not fit; where
//! all do, the first of which something else is kept beside the ledger than it says (`decisions::agreement`).
//!
//! A ledger whose end was cut off is intact in itself. What shows it is what is known from elsewhere: the head of the last
//! verification that found it intact, the index of decisions, and what the caller wrote down.

use serde::{Deserialize, Serialize};
use stratum_core::ledger::{Entry, Verifier};
use stratum_core::vocabulary::{Digest, TenantId, Timestamp};
use stratum_store::{Store, StoreError, TenantScope};

use super::JobError;
use crate::clock::Stopwatch;
use crate::decisions::agreement::{Agreement, Difference, Page, Rest};

/// How many entries are read at once.
const PAGE: u32 = 1000;
/// Under which name the newest verification is kept.
pub const NEWEST: &str = "ledger verification";

/// Under which name the head of the last verification that found everything intact is kept. One that finds a flaw leaves it
/// as it is: else the second look at a shortened ledger would find it whole.
pub const LAST_INTACT: &str = "ledger head";

/// The first entry that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstBad {
    /// Its number.
    pub seq: u64,
    /// What does not fit: `sequence`, `previous`, `contents`, `unreadable`, `missing` (known to have been there, and gone) or
    /// `head` (another hash than the one known). Or the ledger is intact, and what is kept of this entry beside it is not what it
    /// says: `decision`, `execution`, `freeze` or `policy`.
    pub why: String,
}

impl FirstBad {
    /// Whether the entry itself is intact, and only what is kept of it beside the ledger differs.
    #[must_use]
    pub fn is_beside_the_ledger(&self) -> bool {
        matches!(
            self.why.as_str(),
            "decision" | "execution" | "freeze" | "policy"
        )
    }
}

impl From<Difference> for FirstBad {
    fn from(difference: Difference) -> Self {
        Self {
            seq: difference.seq,
            why: difference.what.as_str().to_owned(),
        }
    }
}

/// What is known from elsewhere: the ledger had this many entries once, or ended in this hash, or both at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// It had this many entries.
    pub entries: Option<u64>,
    /// It ended in this hash.
    pub head: Option<Digest>,
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

/// A walk along a ledger, and what is still to be met on it.
struct Walk {
    verifier: Verifier,
    unmet: Vec<Expected>,
    agreement: Agreement,
}

impl Walk {
    fn step(&mut self, entry: &Entry) -> Result<(), FirstBad> {
        self.verifier.check(entry).map_err(|broken| FirstBad {
            seq: broken.seq,
            why: broken.flaw.as_str().to_owned(),
        })?;
        self.meet()
    }

    /// Strikes out what is met where the walk stands.
    fn meet(&mut self) -> Result<(), FirstBad> {
        let (seq, head) = (self.verifier.seen(), self.verifier.head());
        let here = |expected: &Expected| expected.entries.is_none_or(|entries| entries == seq);
        let same = |expected: &Expected| expected.head.is_none_or(|known| known == head);
        self.unmet
            .retain(|expected| !(here(expected) && same(expected)));
        let another = |expected: &Expected| expected.entries.is_some() && here(expected);
        if self.unmet.iter().any(another) {
            let why = "head".to_owned();
            return Err(FirstBad { seq, why });
        }
        Ok(())
    }

    /// At the end nothing may be left unmet.
    fn end(&self) -> Result<(), FirstBad> {
        if self.unmet.is_empty() {
            return Ok(());
        }
        Err(FirstBad {
            seq: self.verifier.seen().saturating_add(1),
            why: "missing".to_owned(),
        })
    }
}

/// Verifies a tenant's ledger, against itself and against what the database knows of it besides.
///
/// # Errors
/// [`JobError::Store`] when the database fails; an entry that cannot be read is a finding, not an error.
pub async fn verify_ledger(store: &Store, tenant: &TenantId) -> Result<Verification, JobError> {
    verify_against(store, tenant, Expected::default()).await
}

/// Verifies a tenant's ledger against what the caller knows from elsewhere, too.
///
/// # Errors
/// As [`verify_ledger`].
pub async fn verify_against(
    store: &Store,
    tenant: &TenantId,
    expected: Expected,
) -> Result<Verification, JobError> {
    let started = Stopwatch::start();
    let mut scope = store.tenant(tenant).read().await?;
    let last_intact: Option<Expected> = scope.rule_state(LAST_INTACT).await?;
    let decided = Expected {
        entries: scope.newest_decision().await?,
        head: None,
    };
    let known = [Some(expected), last_intact, Some(decided)];
    let mut walk = Walk {
        verifier: Verifier::begin(tenant),
        unmet: known
            .into_iter()
            .flatten()
            .filter(|known| *known != Expected::default())
            .collect(),
        agreement: Agreement::default(),
    };
    let flaw = walk_along(&mut scope, &mut walk).await?.err();
    let Walk {
        verifier,
        agreement,
        ..
    } = walk;
    let first_bad = match flaw {
        None => rest_of(&mut scope, agreement, verifier.seen()).await?,
        flaw => flaw,
    };
    Ok(Verification {
        intact: first_bad.is_none(),
        entries: verifier.seen(),
        head: verifier.head(),
        first_bad,
        took_ms: started.millis(),
    })
}

async fn walk_along(
    scope: &mut TenantScope,
    walk: &mut Walk,
) -> Result<Result<(), FirstBad>, JobError> {
    if let Err(bad) = walk.meet() {
        return Ok(Err(bad));
    }
    loop {
        let page = match page_after(scope, walk.verifier.seen()).await? {
            Ok(page) if page.is_empty() => return Ok(walk.end()),
            Ok(page) => page,
            Err(bad) => return Ok(Err(bad)),
        };
        if let Some(bad) = page.iter().find_map(|entry| walk.step(entry).err()) {
            return Ok(Err(bad));
        }
        if let Some(page) = Page::read(&page) {
            let decisions = scope.decisions_within(page.range()).await?;
            let executions = scope.executions_of(&page.permits()).await?;
            walk.agreement.take(page, &decisions, &executions);
        }
    }
}

/// Compares what is kept at the end of an intact ledger.
async fn rest_of(
    scope: &mut TenantScope,
    agreement: Agreement,
    newest: u64,
) -> Result<Option<FirstBad>, JobError> {
    let policy = match scope.current_policy().await {
        // Settings that are not those of their digest any more: no policy that was ever adopted.
        Err(StoreError::Unreadable { .. }) => None,
        adopted => adopted?.map(|adopted| adopted.policy.digest()),
    };
    let rest = Rest {
        newest,
        freezes: scope.freezes().await?,
        open: scope.executions_of(&agreement.open()).await?,
        executions: scope.count_executions().await?,
        policy,
    };
    Ok(agreement.end(&rest).map(FirstBad::from))
}

/// The next page, empty at the end; or the entry after `after` when it is not even an entry any more.
async fn page_after(
    scope: &mut TenantScope,
    after: u64,
) -> Result<Result<Vec<Entry>, FirstBad>, JobError> {
    match scope.entries_after(after, PAGE).await {
        Err(StoreError::DamagedEntry { .. } | StoreError::Unreadable { .. }) => {}
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
            Err(StoreError::DamagedEntry { .. } | StoreError::Unreadable { .. }) => "unreadable",
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
