//! Misuse: reading a permit from text.

use stratum_core::trust::Permit;

fn load(text: &str) -> Permit {
    serde_json::from_str(text).unwrap()
}

fn main() {}
