//! What does an ad platform look like that runs on this machine? A small HTTP server and its client.
//!
//! It keeps its campaigns in a file, so that it survives a crash; it honours idempotency keys as real platforms do; and it
//! fails in the ways they fail when it is told to. Demo and tests use it; it spends nobody's money.

pub mod campaigns;
pub mod client;
pub mod fault;
pub mod request;
pub mod response;
pub mod server;

pub use campaigns::{Campaigns, CampaignsError};
pub use client::FakeAdPlatform;
pub use fault::{Fault, Faults};
pub use server::{RunningPlatform, start};
