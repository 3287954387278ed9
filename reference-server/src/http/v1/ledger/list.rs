//! `GET /v1/ledger?limit=&before=`: entries without their bodies, newest first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use stratum_core::ledger::Entry;
use stratum_core::vocabulary::{Digest, Timestamp};

use crate::http::extract::paging::Paging;
use crate::http::{AppState, OfTenant, Problem, Query};

#[derive(Debug, Serialize)]
struct EntryAnswer {
    seq: u64,
    at: Timestamp,
    kind: &'static str,
    hash: Digest,
    previous: Digest,
    bytes: usize,
}

impl From<&Entry> for EntryAnswer {
    fn from(entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind.as_str(),
            hash: entry.hash,
            previous: entry.previous,
            bytes: entry.body.len(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Entries {
    entries: Vec<EntryAnswer>,
    next_before: Option<u64>,
}

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    Query(paging): Query<Paging>,
) -> Result<Json<Entries>, Problem> {
    let limit = paging.limit()?;
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let found = scope.entries_before(paging.before, limit).await?;
    let numbers: Vec<u64> = found.iter().map(|entry| entry.seq).collect();
    Ok(Json(Entries {
        entries: found.iter().map(EntryAnswer::from).collect(),
        next_before: Paging::next_before(&numbers, limit),
    }))
}
