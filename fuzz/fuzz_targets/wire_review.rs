//! The target `wire_review`: what it demands is said in `bodies/wire_review.rs`.
#![no_main]

#[path = "../bodies/wire_review.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
