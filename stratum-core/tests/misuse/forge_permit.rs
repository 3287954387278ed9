//! Misuse: making a permit by hand.

use stratum_core::trust::{Basis, Permit, Proposal};
use stratum_core::vocabulary::{Digest, Timestamp};

fn forge(proposal: Proposal, now: Timestamp) -> Permit {
    Permit {
        proposal,
        policy: Digest::ZERO,
        basis: Basis::Gate,
        decided_at: now,
        expires_at: now,
    }
}

fn main() {}
