//! The endpoints that take files in:
//! `/v1/imports/{metrics,orders,api_calls,platform_status,delivery,touchpoints,conversions}`.
//!
//! CSV or JSON by content type, taken whole or not at all, in one transaction. The rows are read in `crate::imports`.

mod answer;
mod upload;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::post;

use super::ingest::Inbound;
use crate::imports::{CustomerKind, UploadKind};

/// The largest upload, in bytes.
pub const MAX_UPLOAD_BYTES: usize = 16 * 1024 * 1024;

/// The routes, for any state that holds an [`Inbound`].
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Inbound: FromRef<S>,
{
    Router::new()
        .route(
            "/imports/metrics",
            post(upload::of_kind(UploadKind::Metrics)),
        )
        .route("/imports/orders", post(upload::of_kind(UploadKind::Orders)))
        .route(
            "/imports/api_calls",
            post(upload::of_kind(UploadKind::ApiCalls)),
        )
        .route(
            "/imports/platform_status",
            post(upload::of_kind(UploadKind::PlatformStatus)),
        )
        .route("/imports/delivery", post(upload::delivery))
        .route(
            "/imports/touchpoints",
            post(upload::of_customers(CustomerKind::Touchpoints)),
        )
        .route(
            "/imports/conversions",
            post(upload::of_customers(CustomerKind::Conversions)),
        )
        .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES))
}
