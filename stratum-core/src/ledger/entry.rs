//! What is one link of the chain? A numbered, dated, typed body with the hash of everything before it.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::trust::PermitId;
use crate::vocabulary::{Digest, Timestamp};

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A policy was adopted.
    Policy,
    /// A proposal was reviewed.
    Review,
    /// A second person approved.
    Approval,
    /// A permit was redeemed and a write is about to happen.
    Execution,
    /// What the platform showed after a write.
    Receipt,
    /// A freeze was set.
    Freeze,
    /// A freeze was lifted.
    Lift,
}

impl EntryKind {
    /// Every kind, in the order of their tags.
    pub const ALL: [Self; 7] = [
        Self::Policy,
        Self::Review,
        Self::Approval,
        Self::Execution,
        Self::Receipt,
        Self::Freeze,
        Self::Lift,
    ];

    /// The name used in JSON, SQL and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Review => "review",
            Self::Approval => "approval",
            Self::Execution => "execution",
            Self::Receipt => "receipt",
            Self::Freeze => "freeze",
            Self::Lift => "lift",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The byte that stands for it in the hash. Never reused.
    const fn tag(self) -> u8 {
        match self {
            Self::Policy => 1,
            Self::Review => 2,
            Self::Approval => 3,
            Self::Execution => 4,
            Self::Receipt => 5,
            Self::Freeze => 6,
            Self::Lift => 7,
        }
    }
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When it was appended, to the microsecond.
    pub at: Timestamp,
    /// What it records.
    pub kind: EntryKind,
    /// The record, as canonical JSON.
    pub body: String,
    /// The hash of the entry before.
    pub previous: Digest,
    /// The hash of this entry.
    pub hash: Digest,
}

impl Entry {
    /// The hash that the contents call for.
    #[must_use]
    pub fn computed_hash(&self) -> Digest {
        hash(self.seq, self.at, self.kind, &self.body, &self.previous)
    }

    /// Whether this entry is intact and records the review that gave this permit.
    #[must_use]
    pub fn records_permit(&self, permit: &PermitId) -> bool {
        #[derive(Deserialize)]
        struct Answer {
            permit: Option<PermitId>,
        }
        #[derive(Deserialize)]
        struct Record {
            answer: Answer,
        }
        self.kind == EntryKind::Review
            && self.computed_hash() == self.hash
            && serde_json::from_str::<Record>(&self.body)
                .is_ok_and(|record| record.answer.permit.as_ref() == Some(permit))
    }
}

pub(super) fn hash(
    seq: u64,
    at: Timestamp,
    kind: EntryKind,
    body: &str,
    previous: &Digest,
) -> Digest {
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    // One buffer for everything of fixed size: seven small updates of the hasher cost more than the copy.
    let mut head = [0_u8; 73];
    let parts: [&[u8]; 6] = [
        b"stratum-ledger-1",
        &seq.to_be_bytes(),
        &at.timestamp_micros().to_be_bytes(),
        &[kind.tag()],
        &length.to_be_bytes(),
        previous.as_bytes(),
    ];
    let mut rest = head.as_mut_slice();
    for part in parts {
        let (now, later) = rest.split_at_mut(part.len());
        now.copy_from_slice(part);
        rest = later;
    }
    Digest::of_parts(&[&head, body.as_bytes()])
}
