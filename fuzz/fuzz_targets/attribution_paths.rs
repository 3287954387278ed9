//! The target `attribution_paths`: what it demands is said in `bodies/attribution_paths.rs`.
#![no_main]

#[path = "../bodies/attribution_paths.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
