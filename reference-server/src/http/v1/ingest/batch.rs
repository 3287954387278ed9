//! `POST /v1/batch`: many messages, all of them or none.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::{Inbound, arrival, keep, source, text};
use crate::http::Problem;
use crate::http::extract::unreadable;
use crate::ingest::{IngestError, MAX_BATCH_BYTES, parsed, unpacked};

pub(super) async fn batch(
    State(inbound): State<Inbound>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => IngestError::BatchTooLarge.into(),
        _ => unreadable(rejection),
    })?;
    let encoding = text(&headers, &header::CONTENT_ENCODING);
    let bytes = unpacked(&body, encoding, MAX_BATCH_BYTES, IngestError::BatchTooLarge)?;
    let fields = parsed(&bytes)?;
    let source = source(&inbound, &headers, &fields).await?;
    let arrival = arrival(&inbound, &source);
    let events = crate::ingest::batch(fields, &arrival)?;
    keep(&inbound, &source, &arrival, events).await
}
