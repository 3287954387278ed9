//! What was decided, what would another policy have decided, and what was it worth? Decisions in short and in sum.
//!
//! Everything here is computed from the ledger's reviews; nothing here decides.

pub mod agreement;
pub mod decision;
pub mod trial;
pub mod truth_table;
