//! The target `ingest_body`: what it demands is said in `bodies/ingest_body.rs`.
#![no_main]

#[path = "../bodies/ingest_body.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
