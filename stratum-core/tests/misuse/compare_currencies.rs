//! Misuse: comparing money as if there were one currency.

use stratum_core::vocabulary::Money;

fn more(euros: Money, dollars: Money) -> bool {
    euros > dollars
}

fn main() {}
