//! Misuse: a permit out of nothing.

use stratum_core::trust::Permit;

fn nothing() -> Permit {
    Permit::default()
}

fn main() {}
