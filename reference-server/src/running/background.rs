//! What happens without anybody asking? Every minute unfinished writes are settled; every hour health is evaluated and rules
//! look.
//!
//! A failure is logged and the job has its next turn; it never takes the server with it.

use std::time::Duration;

use chrono::{TimeDelta, Timelike as _};
use stratum_core::vocabulary::TenantId;

use crate::demo::living::Living;
use crate::desk::Desk;
use crate::jobs::evaluate_health::evaluate_health;
use crate::jobs::gather_evidence::derive_readings::hour_of;
use crate::jobs::recover_executions::recover_executions;
use crate::jobs::run_rules::run_rules;

/// Rules look at every so many full hours: what was held an hour ago is hardly another question now.
const RULES_EVERY: u32 = 6;
const TURN: Duration = Duration::from_secs(60);
/// How long after the full hour its numbers are looked at.
const AFTER_THE_HOUR: TimeDelta = TimeDelta::minutes(1);

/// Does what is to be done in turn, for ever.
pub async fn work(desk: Desk) {
    // Whatever was missed while nobody was here is made up for at once.
    let mut done = hour_of(desk.now() - AFTER_THE_HOUR) - TimeDelta::hours(1);
    loop {
        let hour = hour_of(desk.now() - AFTER_THE_HOUR);
        for tenant in tenants(&desk).await {
            report(
                &tenant,
                "recover_executions",
                recover_executions(&desk, &tenant).await,
            );
            if hour > done {
                match evaluate_health(&desk, &tenant).await {
                    Ok(_) if hour.hour().is_multiple_of(RULES_EVERY) => {
                        report(&tenant, "run_rules", run_rules(&desk, &tenant).await);
                    }
                    Ok(_) => {}
                    // A tenant without a policy has nothing to be judged by yet.
                    Err(crate::jobs::JobError::NoPolicy) => {}
                    Err(error) => tracing::error!(%tenant, %error, "evaluate_health failed"),
                }
            }
        }
        done = hour;
        tokio::time::sleep(TURN).await;
    }
}

/// Lives the demo on, hour by hour, as its clock goes.
pub async fn live(desk: Desk, mut living: Living) {
    loop {
        let now = desk.now();
        let next = living.progress().now() + TimeDelta::hours(1);
        if next <= now {
            if let Err(error) = living.live_an_hour(&desk).await {
                tracing::error!(%error, "the demo could not live on");
                return;
            }
            continue;
        }
        if let Ok(tenant) = crate::demo::plan::DemoPlan::tenant() {
            report(
                &tenant,
                "recover_executions",
                recover_executions(&desk, &tenant).await,
            );
        }
        tokio::time::sleep(TURN).await;
    }
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
