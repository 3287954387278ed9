//! What is allowed, what was proposed, what was decided and done? The living side of what the ledger records for good.
//!
//! Whoever changes something here appends the matching entry to the ledger in the same scope.

mod approvals;
mod baselines;
mod decisions;
mod executions;
mod freezes;
mod incidents;
mod memories;
mod policies;
mod proposals;

pub use decisions::{Decision, DecisionFilter, Truth};
pub use executions::{Execution, ExecutionState, NewExecution};
pub use incidents::{Incident, IncidentSource};
pub use memories::HealthPoint;
pub use policies::AdoptedPolicy;
pub use proposals::{LONGEST_WAIT, ProposalState, StoredProposal};
