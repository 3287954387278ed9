//! May we act? A proposal, the evidence, a policy and what the ledger says in; a verdict with its reasons out.
//!
//! Only `gate.rs` makes permits. Everything else here is a value or a pure function that the gate reads. What happened
//! afterwards is `ledger`'s question.

pub mod action;
pub mod approval;
pub mod assess;
pub mod evidence;
pub mod explain;
pub mod exposure;
pub mod freeze;
pub mod gate;
pub mod ledger_view;
pub mod limits;
pub mod policy;
pub mod proposal;
pub mod reason;

pub use action::Action;
pub use approval::{Approval, ApprovalRefused};
pub use assess::{Assessment, Decision};
pub use evidence::{Evidence, Performance, Scope};
pub use explain::Change;
pub use exposure::{Direction, Exposure, ExposureSettings};
pub use freeze::{Freeze, FreezeScope};
pub use gate::{Basis, Permit, PermitId, RedeemError, Redemption, Review, Verdict, decide, review};
pub use ledger_view::{AppliedChange, BudgetBaseline, LedgerView, Rate};
pub use limits::{Enforcement, Limit, LimitKind, LimitRule, Percent};
pub use policy::{Policy, PolicyError, PolicySettings, Protective};
pub use proposal::{Proposal, Proposer, ProposerKind};
pub use reason::{Effect, Lacking, Reason};
