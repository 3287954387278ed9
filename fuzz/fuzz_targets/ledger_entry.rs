//! The target `ledger_entry`: what it demands is said in `bodies/ledger_entry.rs`.
#![no_main]

#[path = "../bodies/ledger_entry.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
