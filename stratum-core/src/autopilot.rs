//! What should we do? Rules that propose; none of them acts.
//!
//! A rule looks at a campaign's own numbers and answers with a proposal or with the reason why it has none. Whether the numbers
//! can be trusted, and whether the proposal may be carried out, is `trust`'s question. See `docs/methods/return-rule.md`.

pub mod posterior;
pub mod rule;

pub use posterior::ReturnEstimate;
pub use rule::{BudgetChange, Campaign, Finding, ProposalContext, ReturnRule, RuleError, Silence};
