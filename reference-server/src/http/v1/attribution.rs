//! Which channels led to what was sold, by several models at once, and how far is each from the truth of a simulation?
//!
//! One file reads the journeys of a time (`range`), one asks the models (`models`), one holds them against the truth (`truth`).

mod at_once;
mod compare;
mod flow;
mod models;
mod range;
mod truth;

use axum::Router;
use axum::routing::get;

use crate::http::AppState;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/attribution", get(compare::handle))
        .route("/journeys/flow", get(flow::handle))
}
