//! The reference server: what does it take to stand between the data and the money, on one machine?
//!
//! It loads from the store, calls the pure functions of the core and saves what they say. Nothing in here decides
//! whether an action may happen; that is `stratum_core::trust`.

pub mod chance;
pub mod clock;
pub mod commands;
pub mod config;
pub mod decisions;
pub mod demo;
pub mod desk;
pub mod http;
pub mod imports;
pub mod ingest;
pub mod jobs;
pub mod running;
