//! The endpoints that tracking libraries send to: `/v1/{track,identify,page,screen,group,alias,batch}`.
//!
//! An answer of 200 means that the events are on the disk. What is read and refused is in `crate::ingest`.

mod batch;
mod call;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use serde_json::{Map, Value};
use std::sync::Arc;
use stratum_store::{EventIntake, Source, Store, StoreError, Submission};

use crate::clock::Clock;
use crate::http::Problem;
use crate::ingest::{
    Arrival, IngestError, Kind, MAX_BATCH_BYTES, Plausible, basic_write_key, write_key,
};

/// What the endpoints that take data in work with.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// Where everything is kept.
    pub store: Store,
    /// The way in for events.
    pub intake: EventIntake,
    /// What time it is.
    pub clock: Clock,
}

/// The routes, for any state that holds an [`Inbound`].
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Inbound: FromRef<S>,
{
    // The short names are those of the browser library.
    let verbs = [
        ("/track", "/t", Kind::Track),
        ("/identify", "/i", Kind::Identify),
        ("/page", "/p", Kind::Page),
        ("/screen", "/s", Kind::Screen),
        ("/group", "/g", Kind::Group),
        ("/alias", "/a", Kind::Alias),
    ];
    let mut router = Router::new().route("/batch", with_preflight(post(batch::batch)));
    for (path, short, kind) in verbs {
        router = router
            .route(path, with_preflight(post(call::of_kind(kind))))
            .route(short, with_preflight(post(call::of_kind(kind))));
    }
    router
        // One byte more than the longest body, so that a longer one is answered as the libraries expect.
        .layer(DefaultBodyLimit::max(MAX_BATCH_BYTES + 1))
        .layer(map_response(readable_everywhere))
}

/// Pages of any origin may send: a write key only lets events in and is public by its nature.
fn with_preflight<S: Clone + Send + Sync + 'static>(route: MethodRouter<S>) -> MethodRouter<S> {
    route.options(|| async {
        let allowed = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-type, content-encoding",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "86400"),
        ];
        (StatusCode::NO_CONTENT, allowed)
    })
}

async fn readable_everywhere(mut response: Response) -> Response {
    let any = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}

/// What a library expects to read.
fn accepted() -> Response {
    axum::Json(serde_json::json!({"success": true})).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whose events these are: by the key in the header, else by the key in the body.
async fn source(
    inbound: &Inbound,
    headers: &HeaderMap,
    body: &Map<String, Value>,
) -> Result<Arc<Source>, Problem> {
    let of_header = text(headers, &header::AUTHORIZATION).and_then(basic_write_key);
    let Some(key) = of_header.or_else(|| write_key(body).map(str::to_owned)) else {
        return Err(Problem::unauthorised(
            "ingest.no_write_key",
            "send the write key as the user name of a Basic authorisation or as `writeKey` in the body",
        ));
    };
    let found = inbound
        .store
        .operator()
        .source_of(&key, inbound.clock.now())
        .await
        .map_err(store_problem)?;
    found.ok_or_else(|| {
        Problem::unauthorised("ingest.unknown_write_key", "no source has this write key")
    })
}

fn arrival(inbound: &Inbound, source: &Source) -> Arrival {
    Arrival {
        received_at: inbound.clock.now(),
        channel: source.channel,
        plausible: Plausible::USUAL,
    }
}

/// Stores the events and answers when they are on the disk.
async fn keep(
    inbound: &Inbound,
    source: &Source,
    arrival: &Arrival,
    events: Vec<stratum_store::NewEvent>,
) -> Result<Response, Problem> {
    let submission = Submission {
        tenant: source.tenant.clone(),
        source: source.id.clone(),
        account: source.account.clone(),
        received_at: arrival.received_at,
        events,
    };
    inbound
        .intake
        .submit(submission)
        .await
        .map_err(store_problem)?;
    Ok(accepted())
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        let problem = match &error {
            IngestError::UnknownEncoding => Self::unsupported(error.code(), error.to_string()),
            // Libraries expect 400 for whatever is wrong with a body, its length included.
            _ => Self::malformed(error.code(), error.to_string()),
        };
        match error.path() {
            Some(path) => problem.at(path),
            None => problem,
        }
    }
}

/// What the store could not do, as a problem: libraries send again after a 503.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape `map_err` hands over"
)]
pub(super) fn store_problem(error: StoreError) -> Problem {
    if error.is_worth_retrying() {
        Problem::unavailable(error.code(), error.to_string()).retry_after(1)
    } else if matches!(error, StoreError::TooHeavy) {
        // As for whatever else is wrong with a body: sending the same again does not help.
        Problem::malformed(error.code(), error.to_string())
    } else {
        Problem::internal(&error)
    }
}
