//! What happens without anybody asking? Every minute unfinished writes are settled; every hour health is evaluated; every six
//! hours rules look.
//!
//! A failure is logged and the job has its next turn a minute later; it never takes the server, another tenant or the demo
//! with it. What was missed while nobody was here is made up for at once, and once.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use stratum_core::vocabulary::{TenantId, Timestamp};

use crate::demo::DemoError;
use crate::demo::living::Living;
use crate::desk::Desk;
use crate::jobs::JobError;
use crate::jobs::evaluate_health::evaluate_health;
use crate::jobs::gather_evidence::derive_readings::hour_of;
use crate::jobs::recover_executions::recover_executions;
use crate::jobs::run_rules::run_rules_in_turn;

const TURN: Duration = Duration::from_secs(60);
/// How long after the full hour its numbers are looked at.
const AFTER_THE_HOUR: TimeDelta = TimeDelta::minutes(1);

/// The hour for which each tenant's health was evaluated last, since the start.
pub type Evaluated = BTreeMap<TenantId, Timestamp>;

/// Does what is to be done in turn, for ever.
pub async fn work(desk: Desk) {
    let mut evaluated = Evaluated::new();
    loop {
        turn(&desk, &mut evaluated).await;
        tokio::time::sleep(TURN).await;
    }
}

/// One turn for every tenant.
pub async fn turn(desk: &Desk, evaluated: &mut Evaluated) {
    for tenant in tenants(desk).await {
        let recovered = recover_executions(desk, &tenant).await;
        report(&tenant, "recover_executions", recovered);
        let hour = hour_of(desk.now() - AFTER_THE_HOUR);
        let looked = look(desk, &tenant, hour, evaluated).await;
        report(&tenant, "hourly look", looked);
    }
}

/// Evaluates health once an hour, and lets rules look whose turn has come. Rules look only where health is of this hour.
async fn look(
    desk: &Desk,
    tenant: &TenantId,
    hour: Timestamp,
    evaluated: &mut Evaluated,
) -> Result<(), JobError> {
    if evaluated.get(tenant).is_none_or(|done| *done < hour) {
        match evaluate_health(desk, tenant).await {
            Ok(_) => evaluated.insert(tenant.clone(), hour),
            // A tenant without a policy has nothing to be judged by yet.
            Err(JobError::NoPolicy) => return Ok(()),
            Err(error) => return Err(error),
        };
    }
    run_rules_in_turn(desk, tenant, hour).await
}

/// Lives the demo on, hour by hour, as its clock goes.
pub async fn live(desk: Desk, living: Living) {
    let mut living = Some(living);
    loop {
        if let Err(error) = live_until_now(&desk, &mut living).await {
            tracing::error!(%error, "the demo could not live an hour; it goes on from what is stored");
        }
        if let Ok(tenant) = crate::demo::plan::DemoPlan::tenant() {
            let recovered = recover_executions(&desk, &tenant).await;
            report(&tenant, "recover_executions", recovered);
        }
        tokio::time::sleep(TURN).await;
    }
}

/// Lives the hours that have passed. After a failure nothing is left in `living`, because it may be ahead of what is stored;
/// the next call begins from the store.
///
/// # Errors
/// [`DemoError`] of the first hour that could not be lived.
pub async fn live_until_now(desk: &Desk, living: &mut Option<Living>) -> Result<(), DemoError> {
    let mut world = match living.take() {
        Some(world) => world,
        None => Living::stored(&desk.store).await?,
    };
    while world.progress().now() + TimeDelta::hours(1) <= desk.now() {
        world.live_an_hour(desk).await?;
    }
    *living = Some(world);
    Ok(())
}

async fn tenants(desk: &Desk) -> Vec<TenantId> {
    match desk.store.operator().tenants().await {
        Ok(tenants) => tenants.into_iter().map(|tenant| tenant.id).collect(),
        Err(error) => {
            tracing::error!(%error, "the tenants could not be read");
            Vec::new()
        }
    }
}

fn report<T, E: std::fmt::Display>(tenant: &TenantId, job: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::error!(%tenant, job, %error, "a job failed");
    }
}
