//! Do the endpoints of the tracking libraries answer as the libraries expect, and count what they are sent?

#![cfg(test)]

#[path = "ingest/limits.rs"]
mod limits;
#[path = "ingest/refusals.rs"]
mod refusals;
#[path = "ingest/wire.rs"]
mod wire;
#[path = "inbound/world.rs"]
mod world;
