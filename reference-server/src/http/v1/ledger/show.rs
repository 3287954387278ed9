//! `GET /v1/ledger/{seq}`: one entry with its body.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use stratum_core::vocabulary::{Digest, Timestamp};

use crate::http::{AppState, OfTenant, PathPart, Problem};

#[derive(Debug, Serialize)]
pub(super) struct EntryInFull {
    seq: u64,
    at: Timestamp,
    kind: &'static str,
    hash: Digest,
    previous: Digest,
    body: Value,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    PathPart(seq): PathPart<u64>,
) -> Result<Json<EntryInFull>, Problem> {
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let entry = scope.entry(seq).await?.ok_or_else(|| {
        Problem::not_found("ledger.unknown_entry", "there is no such entry").at("seq")
    })?;
    // A body that was altered may be no JSON any more: then it is shown as the text it is.
    let body = serde_json::from_str(&entry.body).unwrap_or(Value::String(entry.body));
    Ok(Json(EntryInFull {
        seq: entry.seq,
        at: entry.at,
        kind: entry.kind.as_str(),
        hash: entry.hash,
        previous: entry.previous,
        body,
    }))
}
