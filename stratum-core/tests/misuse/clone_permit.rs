//! Misuse: making two permits out of one.

use stratum_core::trust::Permit;

fn double(permit: Permit) -> (Permit, Permit) {
    (permit.clone(), permit)
}

fn main() {}
