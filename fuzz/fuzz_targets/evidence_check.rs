//! The target `evidence_check`: what it demands is said in `bodies/evidence_check.rs`.
#![no_main]

#[path = "../bodies/evidence_check.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
