//! Misuse: redeeming what the gate held.

use stratum_core::ledger::Entry;
use stratum_core::trust::{Review, Verdict};
use stratum_core::vocabulary::Timestamp;

fn act(review: Review, recorded: &Entry, now: Timestamp) {
    if let Verdict::Hold(held) = review.verdict {
        let _ = held.redeem(recorded, now);
    }
}

fn main() {}
