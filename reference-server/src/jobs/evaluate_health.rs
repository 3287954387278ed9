//! How far can each account be trusted this hour? Evaluates health, keeps the status memory, writes the history.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use stratum_core::signal::{Health, Status};
use stratum_core::trust::Policy;
use stratum_core::vocabulary::{Score, TenantId, Timestamp};
use stratum_store::{Account, TenantScope};

use super::JobError;
use super::gather_evidence::{gather, memory_name};
use super::observe_incidents::observe_in;
use crate::desk::Desk;

/// Health at one moment, as the history keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HealthPoint {
    /// When.
    pub at: Timestamp,
    /// The status with memory.
    pub status: Status,
    /// The score; none when nothing was measured.
    pub score: Option<f64>,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Share of the weight that was measured.
    pub coverage: f64,
    /// Score and ends of each component, by name.
    pub components: Map<String, Value>,
}

impl HealthPoint {
    /// A health as the history keeps it.
    #[must_use]
    pub fn of(health: &Health) -> Self {
        let components = health.components().iter().map(|c| {
            let (low, high) = (c.bounds.low.value(), c.bounds.high.value());
            let score = c.score.map(Score::value);
            (
                c.component.as_str().to_owned(),
                json!({ "score": score, "low": low, "high": high }),
            )
        });
        Self {
            at: health.at(),
            status: health.status(),
            score: health.score().map(Score::value),
            low: health.low().value(),
            high: health.bounds().high.value(),
            coverage: health.coverage(),
            components: components.collect(),
        }
    }
}

/// The policy of the tenant.
///
/// # Errors
/// [`JobError::NoPolicy`] when none was adopted.
pub async fn current_policy(scope: &mut TenantScope) -> Result<Policy, JobError> {
    let adopted = scope.current_policy().await?;
    adopted
        .map(|adopted| adopted.policy)
        .ok_or(JobError::NoPolicy)
}

/// Computes the health of an account at `now` and changes nothing.
///
/// # Errors
/// [`JobError::Store`].
pub async fn health_now(
    scope: &mut TenantScope,
    desk: &Desk,
    account: &Account,
    policy: &Policy,
    now: Timestamp,
) -> Result<Health, JobError> {
    let evidence = gather(scope, &desk.watches, account, None, now).await?;
    let memory = scope.status_memory(&memory_name(account)).await?;
    let settings = &policy.settings().health;
    Ok(Health::measure(
        &evidence.plan,
        &evidence.readings,
        settings,
        memory.as_ref(),
        now,
    ))
}

/// Evaluates every account of a tenant, within the caller's transaction.
///
/// # Errors
/// [`JobError`]; the caller commits nothing then.
pub async fn evaluate_in(
    scope: &mut TenantScope,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<(Account, Health)>, JobError> {
    let policy = current_policy(scope).await?;
    let mut evaluated = Vec::new();
    for account in scope.accounts().await? {
        let health = health_now(scope, desk, &account, &policy, now).await?;
        scope
            .put_status_memory(&memory_name(&account), health.memory(), now)
            .await?;
        scope
            .put_health(&account.id, now, &HealthPoint::of(&health))
            .await?;
        evaluated.push((account, health));
    }
    notice_incidents(scope, &evaluated, now).await?;
    observe_in(scope, &evaluated, now).await?;
    Ok(evaluated)
}

/// Evaluates every account of a tenant.
///
/// # Errors
/// [`JobError`]; nothing is written then.
pub async fn evaluate_health(desk: &Desk, tenant: &TenantId) -> Result<usize, JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let evaluated = evaluate_in(&mut scope, desk, now).await?.len();
    scope.commit().await?;
    Ok(evaluated)
}

/// How long after its end an incident still shows in the readings.
const AFTERMATH: TimeDelta = TimeDelta::hours(6);

/// Notes when an incident was first seen in the status of its account.
async fn notice_incidents(
    scope: &mut TenantScope,
    evaluated: &[(Account, Health)],
    now: Timestamp,
) -> Result<(), JobError> {
    const NEWEST: u32 = 20;
    let mut incidents: Option<Vec<_>> = None;
    for (account, _) in evaluated
        .iter()
        .filter(|(_, h)| h.status() != Status::Healthy)
    {
        let known = match incidents.take() {
            Some(known) => known,
            None => scope.incidents(now, NEWEST).await?,
        };
        for incident in &known {
            let over = incident.ended_at.is_some_and(|end| end + AFTERMATH <= now);
            if incident.account == account.id && incident.first_noticed_at.is_none() && !over {
                let mut noticed = incident.clone();
                noticed.first_noticed_at = Some(now);
                scope.put_incident(&noticed).await?;
            }
        }
        incidents = Some(known);
    }
    Ok(())
}
