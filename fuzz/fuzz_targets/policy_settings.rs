//! The target `policy_settings`: what it demands is said in `bodies/policy_settings.rs`.
#![no_main]

#[path = "../bodies/policy_settings.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
