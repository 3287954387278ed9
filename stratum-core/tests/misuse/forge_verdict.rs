//! Misuse: passing a proposal without a permit.

use stratum_core::trust::{Proposal, Verdict};

fn pass(proposal: Proposal) -> Verdict {
    Verdict::Pass(proposal)
}

fn main() {}
