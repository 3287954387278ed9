//! Which path leads where, and what holds for every answer? Limits, time-outs, security headers, request ids.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{AppState, Problem, dashboard, guards, health, v1};

/// The header that names a request in answers and logs.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole server.
pub fn router(state: AppState) -> Router {
    let largest = state.config().largest_body;
    let header =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .merge(health::routes())
        .nest("/v1", v1::routes().fallback(no_such_endpoint))
        .method_not_allowed_fallback(wrong_method)
        .fallback(dashboard::serve)
        .layer(from_fn(guards::local_only))
        .layer(DefaultBodyLimit::max(largest))
        .layer(from_fn_with_state(state.clone(), within_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(from_fn(with_request_id))
        .with_state(state)
}

async fn no_such_endpoint() -> Problem {
    Problem::not_found("request.no_such_endpoint", "there is no such endpoint")
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "request.wrong_method",
        "this endpoint does not take this method",
    )
}

async fn within_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(state.config().request_seconds);
    tokio::time::timeout(limit, next.run(request))
        .await
        .unwrap_or_else(|_| {
            Problem::unavailable("request.timed_out", "the answer took too long")
                .retry_after(1)
                .into_response()
        })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape the layer asks for"
)]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let said = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Problem::internal(said).into_response()
}

async fn with_request_id(request: Request, next: Next) -> Response {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let given = request
        .headers()
        .get(REQUEST_ID)
        .filter(|id| is_short_and_plain(id))
        .cloned();
    let id = given.unwrap_or_else(|| HeaderValue::from(NEXT.fetch_add(1, Ordering::Relaxed)));
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn is_short_and_plain(id: &HeaderValue) -> bool {
    id.len() <= 64
        && id
            .as_bytes()
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}
