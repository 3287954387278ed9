//! What happened? An append-only, hash-chained record of reviews, approvals, executions, receipts, policies and freezes.
//!
//! This module links, verifies and replays entries; where they are kept is the store's business. Bodies are canonical JSON,
//! so that an auditor reads them without this library.

pub mod body;
pub mod chain;
pub mod entry;
pub mod replay;
pub mod verify;

pub use body::{
    Body, BodyError, ExecutionRecord, LiftRecord, PolicyRecord, ReceiptOutcome, ReceiptRecord,
    ReviewRecord, SettledBy,
};
pub use chain::Chain;
pub use entry::{Entry, EntryKind};
pub use replay::{NotComputable, Replay, ReplayError, Replayed};
pub use verify::{Broken, Flaw, Verifier};
