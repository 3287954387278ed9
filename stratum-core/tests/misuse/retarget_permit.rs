//! Misuse: aiming a permit at another proposal.

use stratum_core::trust::{Permit, Proposal};

fn retarget(mut permit: Permit, other: Proposal) -> Permit {
    permit.proposal = other;
    permit
}

fn main() {}
