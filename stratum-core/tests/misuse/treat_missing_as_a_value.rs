//! Misuse: using a reading as if it had surely been measured.

use stratum_core::vocabulary::Reading;

fn double(reading: Reading<u64>) -> u64 {
    2 * reading.value
}

fn main() {}
