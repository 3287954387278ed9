//! The endpoints under `/v1`: one noun, one folder; one endpoint, one file.
//!
//! A noun brings its own `routes()`; this file only puts them together.

pub mod imports;
pub mod ingest;

use axum::Router;

use super::AppState;

/// Every endpoint under `/v1`.
pub fn routes() -> Router<AppState> {
    Router::new()
}
