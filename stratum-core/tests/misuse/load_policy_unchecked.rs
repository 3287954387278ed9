//! Misuse: reading a policy past its check.

use stratum_core::trust::Policy;

fn load(text: &str) -> Policy {
    serde_json::from_str(text).unwrap()
}

fn main() {}
