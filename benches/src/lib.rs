//! What is measured, and against what? A table of cases for the gate, and the same decision written for two general engines.
//!
//! Measuring itself is in `benches/`; that everybody agrees on every case is a test in `tests/agreement.rs`. The readings are
//! made up; nothing here is a result.

pub mod cases;
pub mod cedar;
pub mod columns;
pub mod estimates;
pub mod question;
pub mod rego;

/// What went wrong while a bench was being set up.
pub type SetUpError = Box<dyn std::error::Error>;
