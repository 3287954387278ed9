//! Misuse: making a redemption by hand.

use stratum_core::trust::{PermitId, Redemption};
use stratum_core::vocabulary::{Digest, Timestamp};

fn forge(permit: PermitId, now: Timestamp) -> Redemption {
    Redemption {
        permit,
        proposal: Digest::ZERO,
        at: now,
    }
}

fn main() {}
