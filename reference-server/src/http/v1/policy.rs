//! What is allowed? The policy that holds, adopting another, and trying one on the past.

pub mod adopt;
pub mod show;
pub mod trial;

use axum::Router;
use axum::routing::{get, post};
use stratum_core::trust::{Policy, PolicySettings};

use crate::http::{AppState, Problem};

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/policy", get(show::handle).put(adopt::handle))
        .route("/policy/trial", post(trial::handle))
}

/// Checks settings with the core.
fn checked(settings: PolicySettings) -> Result<Policy, Problem> {
    Policy::new(settings).map_err(|error| {
        Problem::invalid(error.code(), error.to_string()).at(format!("policy.{}", error.path()))
    })
}
