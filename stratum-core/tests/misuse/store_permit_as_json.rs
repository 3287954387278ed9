//! Misuse: writing a permit down to use it later.

use stratum_core::trust::Permit;

fn store(permit: &Permit) -> String {
    serde_json::to_string(permit).unwrap()
}

fn main() {}
