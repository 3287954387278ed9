//! Misuse: redeeming a permit twice.

use stratum_core::ledger::Entry;
use stratum_core::trust::Permit;
use stratum_core::vocabulary::Timestamp;

fn twice(permit: Permit, recorded: &Entry, now: Timestamp) {
    let _ = permit.redeem(recorded, now);
    let _ = permit.redeem(recorded, now);
}

fn main() {}
