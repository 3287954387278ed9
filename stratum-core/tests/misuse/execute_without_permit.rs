//! Misuse: writing with a proposal that nobody reviewed.

use stratum_core::trust::{Proposal, Redemption};

fn write(_: &Redemption) {}

fn act(proposal: Proposal) {
    write(&proposal);
}

fn main() {}
