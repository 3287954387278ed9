//! Misuse: redeeming a permit whose decision was not recorded.

use stratum_core::trust::Permit;
use stratum_core::vocabulary::Timestamp;

fn act(permit: Permit, now: Timestamp) {
    let _ = permit.redeem(now);
}

fn main() {}
