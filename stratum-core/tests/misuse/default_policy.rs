//! Misuse: a policy that nobody named or dated.

use stratum_core::trust::Policy;

fn silent() -> Policy {
    Policy::default()
}

fn main() {}
