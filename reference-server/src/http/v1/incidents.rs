//! `GET /v1/incidents`: when something was wrong with the signals or the demand, and when that was noticed.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::Value;
use stratum_core::vocabulary::{AccountId, Timestamp};
use stratum_store::trust::Incident;

use crate::http::{AppState, OfTenant, Problem};

const MOST: u32 = 500;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new().route("/incidents", get(handle))
}

#[derive(Debug, Serialize)]
struct IncidentAnswer {
    id: String,
    kind: String,
    account: AccountId,
    from: Timestamp,
    to: Option<Timestamp>,
    fault: bool,
    source: &'static str,
    first_noticed_at: Option<Timestamp>,
    summary: Value,
}

#[derive(Debug, Serialize)]
struct Incidents {
    incidents: Vec<IncidentAnswer>,
}

impl From<Incident> for IncidentAnswer {
    fn from(incident: Incident) -> Self {
        Self {
            id: incident.id,
            kind: incident.kind,
            account: incident.account,
            from: incident.began_at,
            to: incident.ended_at,
            fault: incident.fault,
            source: incident.source.as_str(),
            first_noticed_at: incident.first_noticed_at,
            summary: incident.summary,
        }
    }
}

async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
) -> Result<Json<Incidents>, Problem> {
    let now = state.now();
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let known = scope.incidents(now, MOST).await?;
    // What a simulation will end later is still going on for whoever looks now.
    let incidents = known.into_iter().map(|mut incident| {
        incident.ended_at = incident.ended_at.filter(|end| *end <= now);
        IncidentAnswer::from(incident)
    });
    Ok(Json(Incidents {
        incidents: incidents.collect(),
    }))
}
