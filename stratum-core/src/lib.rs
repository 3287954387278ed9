//! Stratum stands between the data and the money.
//!
//! It measures how far advertising signals can be trusted, lets automation act only when they can, and proves afterwards
//! what was decided and why. This crate is the calculator: values in, values out. It sees no clock, no file, no socket and
//! no random source.
#![no_std]

extern crate alloc;

pub mod anomaly;
pub mod attribution;
pub mod autopilot;
pub mod customer;
pub mod experiment;
pub mod ledger;
pub mod numeric;
pub mod profit;
pub mod signal;
pub mod simulation;
pub mod trust;
pub mod vocabulary;
pub mod wire;
