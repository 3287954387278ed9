//! Who buys, how did they come here, and what will they be worth? Journeys, scores, cohorts, lifetime value.
//!
//! What a channel deserves for a conversion is the question of attribution: nothing here hands out credit. Persons are opaque
//! names chosen outside; nothing is parsed out of them.

pub mod journey;
pub mod lifetime;
pub mod purchases;
pub mod retention;
pub mod rfm;
