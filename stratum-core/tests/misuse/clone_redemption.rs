//! Misuse: making two redemptions out of one.

use stratum_core::trust::Redemption;

fn double(redemption: Redemption) -> (Redemption, Redemption) {
    (redemption.clone(), redemption)
}

fn main() {}
