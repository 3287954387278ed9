//! Misuse: a friendly number in place of a missing reading.

use stratum_core::vocabulary::Reading;

fn guess(reading: Reading<u64>) -> u64 {
    reading.unwrap_or(75)
}

fn main() {}
