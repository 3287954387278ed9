//! Misuse: writing with the permit itself, so that nothing shows that it was recorded.

use stratum_core::trust::{Permit, Redemption};

fn write(_: &Redemption) {}

fn act(permit: &Permit) {
    write(permit);
}

fn main() {}
