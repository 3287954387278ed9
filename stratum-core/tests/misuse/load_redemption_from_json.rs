//! Misuse: reading a redemption from text.

use stratum_core::trust::Redemption;

fn load(text: &str) -> Redemption {
    serde_json::from_str(text).unwrap()
}

fn main() {}
