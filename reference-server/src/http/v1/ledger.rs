//! What happened, for good? The entries of the ledger, and whether anybody altered them.

pub mod list;
pub mod show;
pub mod verify;

use axum::Router;
use axum::routing::{get, post};

use crate::http::AppState;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/ledger", get(list::handle))
        .route("/ledger/verification", post(verify::handle))
        .route("/ledger/{seq}", get(show::handle))
}
