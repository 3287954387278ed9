//! The target `money_and_ids`: what it demands is said in `bodies/money_and_ids.rs`.
#![no_main]

#[path = "../bodies/money_and_ids.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
