//! Who acts? The id of a person, as they say it: nobody checks it until there are accounts, and the overview says so.

use serde::Deserialize;
use stratum_core::vocabulary::ActorId;

use crate::http::Problem;

/// A body that only says who acts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByWhom {
    /// Who acts.
    pub by: String,
}

/// The person who acts.
///
/// # Errors
/// `actor.invalid` when the text is no id.
pub fn person(by: &str) -> Result<ActorId, Problem> {
    ActorId::new(by).map_err(|error| Problem::invalid("actor.invalid", error.to_string()).at("by"))
}
