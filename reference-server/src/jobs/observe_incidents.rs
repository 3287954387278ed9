//! When did something go wrong, as far as anybody can see? Incidents of a real tenant, opened and closed by what is measured.
//!
//! One opens when a measure is surely below its component's floor and ends when every measure of its kind is surely above.
//! Between the two nothing is known and nothing changes. A simulation has its known truth instead.

use std::collections::BTreeMap;

use serde_json::json;
use stratum_core::signal::{Health, Measure, Outcome};
use stratum_core::vocabulary::Timestamp;
use stratum_store::trust::{Incident, IncidentSource};
use stratum_store::{Account, TenantScope};

use super::JobError;

const MOST: u32 = 500;

/// What the measures of one kind say together.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    /// The measure that is surely bad, with its value.
    bad: Option<(Measure, f64)>,
    /// Whether every measure is surely good.
    good: bool,
}

/// The kind of incident that a measure gives away; none where it can mean many things.
const fn kind_of(measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::BrowserCapture => Some("pixel_lost"),
        Measure::ServerCapture => Some("server_events_stop"),
        Measure::TwinMatch | Measure::SurplusEvents | Measure::DuplicateRecords => {
            Some("duplicates")
        }
        Measure::WatermarkLag | Measure::FlatFeed => Some("api_lag"),
        Measure::ApiSuccess | Measure::ApiLatency => Some("api_errors"),
        Measure::TokenLife => Some("token_expired"),
        Measure::RevenueGap => Some("revenue_mismatch"),
        _ => None,
    }
}

/// Opens and closes the observed incidents of a tenant, within the caller's transaction.
///
/// # Errors
/// [`JobError::Store`].
pub async fn observe_in(
    scope: &mut TenantScope,
    evaluated: &[(Account, Health)],
    now: Timestamp,
) -> Result<(), JobError> {
    if scope.about().await?.is_none_or(|tenant| tenant.simulation) {
        return Ok(());
    }
    let known = scope.incidents(now, MOST).await?;
    let is_open = |incident: &&Incident| {
        incident.source == IncidentSource::Observed && incident.ended_at.is_none()
    };
    let open: Vec<&Incident> = known.iter().filter(is_open).collect();
    for (account, health) in evaluated {
        for (kind, seen) in seen_in(health) {
            let current = open
                .iter()
                .find(|i| i.account == account.id && i.kind == kind);
            match (current, seen) {
                (
                    Some(incident),
                    Seen {
                        bad: None,
                        good: true,
                    },
                ) => {
                    let ended = Incident {
                        ended_at: Some(now),
                        ..(*incident).clone()
                    };
                    scope.put_incident(&ended).await?;
                }
                (
                    None,
                    Seen {
                        bad: Some((measure, value)),
                        ..
                    },
                ) => {
                    let opened = opened(account, kind, measure, value, now);
                    scope.put_incident(&opened).await?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn seen_in(health: &Health) -> BTreeMap<&'static str, Seen> {
    let mut kinds: BTreeMap<&'static str, Seen> = BTreeMap::new();
    for slot in health.measures() {
        let (Some(kind), Outcome::Measured { value, bounds, .. }) =
            (kind_of(slot.measure), slot.outcome)
        else {
            continue;
        };
        let component = slot.measure.component();
        let floors = health
            .components()
            .iter()
            .find(|c| c.component == component);
        let Some(floor) = floors.map(|component| component.floor) else {
            continue;
        };
        let seen = kinds.entry(kind).or_insert(Seen {
            bad: None,
            good: true,
        });
        if bounds.high.value() < floor {
            seen.bad = seen.bad.or(Some((slot.measure, value)));
        }
        seen.good &= bounds.low.value() >= floor;
    }
    kinds
}

fn opened(account: &Account, kind: &str, measure: Measure, value: f64, now: Timestamp) -> Incident {
    let params = json!({ "measure": measure.as_str(), "value": value });
    Incident {
        id: format!("observed {} {kind} {}", account.id, now.timestamp()),
        account: account.id.clone(),
        kind: kind.to_owned(),
        began_at: now,
        ended_at: None,
        fault: true,
        source: IncidentSource::Observed,
        first_noticed_at: Some(now),
        summary: json!({ "code": kind, "params": params }),
    }
}
