//! `POST /v1/track` and its five siblings: one message.

use std::pin::Pin;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::{Inbound, arrival, keep, source, text};
use crate::http::Problem;
use crate::http::extract::unreadable;
use crate::ingest::{IngestError, Kind, MAX_CALL_BYTES, parsed, single, unpacked};

type Answer = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;
type Body = Result<Bytes, BytesRejection>;

/// The handler for one kind of message.
pub(super) fn of_kind(
    kind: Kind,
) -> impl Fn(State<Inbound>, HeaderMap, Body) -> Answer + Clone + Send + Sync + 'static {
    move |State(inbound), headers, body| Box::pin(call(kind, inbound, headers, body))
}

async fn call(
    kind: Kind,
    inbound: Inbound,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => IngestError::CallTooLarge.into(),
        _ => unreadable(rejection),
    })?;
    let encoding = text(&headers, &header::CONTENT_ENCODING);
    let bytes = unpacked(&body, encoding, MAX_CALL_BYTES, IngestError::CallTooLarge)?;
    let fields = parsed(&bytes)?;
    let source = source(&inbound, &headers, &fields).await?;
    let arrival = arrival(&inbound, &source);
    let event = single(kind, fields, &arrival)?;
    keep(&inbound, &source, &arrival, vec![event]).await
}
