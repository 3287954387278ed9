//! Who buys, and how did they come here? Journeys of persons from touchpoint to conversion.
//!
//! What a channel deserves for a conversion is the question of attribution: nothing here hands out credit. Persons are opaque
//! names chosen outside; nothing is parsed out of them.

pub mod journey;
