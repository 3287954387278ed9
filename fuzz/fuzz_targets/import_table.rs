//! The target `import_table`: what it demands is said in `bodies/import_table.rs`.
#![no_main]

#[path = "../bodies/import_table.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
