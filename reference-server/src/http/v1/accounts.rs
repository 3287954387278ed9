//! How far can an account be trusted? Now, and over time.

pub mod health;
pub mod history;

use axum::Router;
use axum::routing::get;
use stratum_core::vocabulary::AccountId;
use stratum_store::{Account, TenantScope};

use crate::http::{AppState, Problem};

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/accounts/{account}/health", get(health::handle))
        .route("/accounts/{account}/health/history", get(history::handle))
}

/// The account that a path names.
async fn named(scope: &mut TenantScope, id: &str) -> Result<Account, Problem> {
    let unknown =
        || Problem::not_found("account.unknown", "there is no such account").at("account");
    let id = AccountId::new(id).map_err(|_| unknown())?;
    scope.account(&id).await?.ok_or_else(unknown)
}
