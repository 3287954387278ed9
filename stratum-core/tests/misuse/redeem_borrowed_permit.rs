//! Misuse: redeeming a permit that somebody else still holds.

use stratum_core::ledger::Entry;
use stratum_core::trust::Permit;
use stratum_core::vocabulary::Timestamp;

fn act(permit: &Permit, recorded: &Entry, now: Timestamp) {
    let _ = permit.redeem(recorded, now);
}

fn main() {}
