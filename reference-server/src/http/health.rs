//! Is the server alive, and can it answer? For whoever watches over processes.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use super::{AppState, Problem};

/// `/health/live` and `/health/ready`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/health/live", get(|| async { StatusCode::NO_CONTENT }))
        .route("/health/ready", get(ready))
}

/// Ready means that the database answers.
async fn ready(State(state): State<AppState>) -> Result<StatusCode, Problem> {
    match state.store().operator().tenants().await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            Err(
                Problem::unavailable("server.not_ready", "the database does not answer")
                    .retry_after(5),
            )
        }
    }
}
