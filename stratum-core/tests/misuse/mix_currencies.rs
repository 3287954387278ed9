//! Misuse: adding money as if there were one currency.

use stratum_core::vocabulary::Money;

fn sum(euros: Money, dollars: Money) -> Money {
    euros + dollars
}

fn main() {}
