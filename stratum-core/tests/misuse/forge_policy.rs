//! Misuse: a policy with numbers nobody checked.

use stratum_core::trust::{Policy, PolicySettings};
use stratum_core::vocabulary::Digest;

fn forge(settings: PolicySettings) -> Policy {
    Policy {
        settings,
        digest: Digest::ZERO,
    }
}

fn main() {}
