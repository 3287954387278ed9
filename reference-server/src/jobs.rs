//! What does the server do besides answering? Load, let the core compute, save: one file for each doing.
//!
//! Every job can be repeated: what was done already is not done twice.

pub mod adopt_policy;
pub mod approve_proposal;
pub mod carry_out;
pub mod evaluate_health;
pub mod gather_evidence;
pub mod job_error;
pub mod observe_incidents;
pub mod recover_executions;
pub mod review_proposal;
pub mod run_rules;
pub mod set_freeze;
pub mod sum_money;
pub mod try_policy;
pub mod verify_ledger;

pub use job_error::JobError;
