//! The endpoints under `/v1`: one noun, one folder; one endpoint, one file.
//!
//! A noun brings its own `routes()`; this file only puts them together.

pub mod accounts;
pub mod attribution;
pub mod decisions;
pub mod freezes;
pub mod imports;
pub mod incidents;
pub mod ingest;
pub mod ledger;
pub mod overview;
pub mod policy;
pub mod proposals;

use axum::Router;

use super::AppState;

/// Every endpoint under `/v1`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(overview::routes())
        .merge(accounts::routes())
        .merge(incidents::routes())
        .merge(decisions::routes())
        .merge(ledger::routes())
        .merge(policy::routes())
        .merge(proposals::routes())
        .merge(freezes::routes())
        .merge(ingest::routes())
        .merge(imports::routes())
        .merge(attribution::routes())
}
