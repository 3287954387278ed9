//! How is the demo made? A tenant with its accounts, a fake ad platform with its campaigns, and then hour after hour.
//!
//! Stopping half-way is no harm: the next start goes on where this one stopped.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use serde_json::json;
use stratum_connectors::fake_ad_platform::campaigns::Campaign as PlatformCampaign;
use stratum_connectors::fake_ad_platform::request::smallest_units;
use stratum_connectors::fake_ad_platform::{FakeAdPlatform, RunningPlatform, start};
use stratum_core::simulation::{Incident as Planned, IncidentKind};
use stratum_core::trust::Policy;
use stratum_core::vocabulary::{AccountId, ActorId, CampaignId, EventName, Money};
use stratum_store::trust::{Incident, IncidentSource};
use stratum_store::{Account, Campaign, Store, Tenant, TenantScope};

use super::DemoError;
use super::living::Living;
use super::people::put_people;
use super::plan::{DemoPlan, EVENT, NAME, PROGRESS, Progress};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::jobs::JobError;
use crate::jobs::adopt_policy::adopt_in;
use crate::jobs::run_rules::{RETURN_RULE, ReturnRuleSettings};
use crate::running::data_folder::FAKE_PLATFORM;

/// The longest call to the fake platform.
const CALL_LIMIT: Duration = Duration::from_secs(5);

/// What the shop calls the checkout pages of the simulation.
const CHECKOUT_PAGES: [&str; 3] = [
    "the card checkout page",
    "the invoice checkout page",
    "the voucher checkout page",
];

/// A demo that is complete up to its present hour.
#[derive(Debug)]
pub struct Ready {
    /// The world, for living on.
    pub living: Living,
    /// What jobs work with; its clock shows the demo's time and runs on.
    pub desk: Desk,
    /// The fake platform; it stops when this is dropped.
    pub platform: RunningPlatform,
}

/// Makes the demo in a folder, or goes on with the one that is there. `say` is told how far it is, in percent.
///
/// # Errors
/// [`DemoError`].
pub async fn build(
    store: Store,
    folder: &Path,
    wanted: DemoPlan,
    mut say: impl FnMut(u64),
) -> Result<Ready, DemoError> {
    let platform = start(&folder.join(FAKE_PLATFORM)).await?;
    let client = FakeAdPlatform::new(&platform.address(), CALL_LIMIT)?;
    if !is_founded(&store).await? {
        found(&store, &platform, wanted).await?;
    }
    let mut living = Living::stored(&store).await?;
    let progress = *living.progress();
    let desk = Desk::new(store, Clock::by_hand(progress.now())).connected_to(Arc::new(client));
    let (done, total) = (progress.hours, progress.plan.hours());
    let mut said = None;
    for hour in done..total {
        let percent = hour * 100 / total;
        if said != Some(percent) {
            said = Some(percent);
            say(percent);
        }
        desk.clock.advance(Duration::from_secs(3600));
        living.live_an_hour(&desk).await?;
    }
    let clock = Clock::starting_at(living.progress().now() + TimeDelta::minutes(1));
    Ok(Ready {
        living,
        desk: Desk { clock, ..desk },
        platform,
    })
}

async fn is_founded(store: &Store) -> Result<bool, DemoError> {
    let tenant = DemoPlan::tenant()?;
    let tenants = store.operator().tenants().await?;
    if !tenants.iter().any(|known| known.id == tenant) {
        return Ok(false);
    }
    let mut scope = store.tenant(&tenant).read().await?;
    let progress: Option<Progress> = scope.rule_state(PROGRESS).await?;
    Ok(progress.is_some())
}

/// Founds the tenant: accounts, campaigns here and on the platform, the policy, the rule, and what will go wrong.
async fn found(store: &Store, platform: &RunningPlatform, plan: DemoPlan) -> Result<(), DemoError> {
    let tenant = DemoPlan::tenant()?;
    let about = Tenant {
        id: tenant.clone(),
        name: NAME.to_owned(),
        simulation: true,
    };
    store.operator().put_tenant(&about, plan.start).await?;
    let world = plan.world();
    let currency = DemoPlan::currency()?;
    let budget = |amount: f64| {
        let amount = Decimal::from_f64(amount).ok_or(DemoError::Plan("a budget is no number"))?;
        Ok::<Money, DemoError>(Money::rounded(amount, currency)?)
    };
    let mut scope = store.tenant(&tenant).begin().await?;
    for planned in &world.accounts {
        let account = Account {
            id: AccountId::new(&planned.id)?,
            platform: planned.platform,
            name: planned.name.clone(),
            currency,
            time_zone: planned.time_zone.clone(),
            conversion_event: EventName::new(EVENT)?,
            plan: planned.measurement,
        };
        scope.put_account(&account).await?;
        let mut on_platform = Vec::new();
        for campaign in &planned.campaigns {
            let daily_budget = budget(campaign.daily_budget)?;
            scope
                .put_campaign(&Campaign {
                    id: CampaignId::new(&campaign.id)?,
                    account: account.id.clone(),
                    name: campaign.name.clone(),
                    daily_budget: Some(daily_budget),
                    paused: false,
                })
                .await?;
            on_platform.push(PlatformCampaign {
                id: campaign.id.clone(),
                currency: currency.as_str().to_owned(),
                daily_budget: smallest_units(&daily_budget).unwrap_or_default(),
                bid: None,
                status: "ACTIVE".to_owned(),
            });
        }
        platform
            .with_campaigns(|campaigns| campaigns.put(&planned.id, on_platform))
            .ok_or(DemoError::Plan("the fake platform has stopped"))??;
    }
    let policy = Policy::baseline_2026_11().map_err(JobError::Policy)?;
    adopt_in(&mut scope, &policy, &ActorId::new("ana")?, plan.start).await?;
    let rule = ReturnRuleSettings {
        target_return: world.target_return,
    };
    scope.put_rule_state(RETURN_RULE, &rule, plan.start).await?;
    for (number, planned) in world.incidents.iter().enumerate() {
        put_incident(&mut scope, number, planned, &world.accounts).await?;
    }
    put_people(&mut scope, &plan).await?;
    let progress = Progress { plan, hours: 0 };
    scope
        .put_rule_state(PROGRESS, &progress, plan.start)
        .await?;
    Ok(scope.commit().await?)
}

/// Writes what is known to go wrong; until it begins, nobody is shown it.
async fn put_incident(
    scope: &mut TenantScope,
    number: usize,
    planned: &Planned,
    accounts: &[stratum_core::simulation::AccountPlan],
) -> Result<(), DemoError> {
    let Some(account) = accounts.get(planned.account) else {
        return Ok(());
    };
    let params = match planned.kind {
        IncidentKind::PixelLost { page } => {
            let page = CHECKOUT_PAGES
                .get(page)
                .copied()
                .unwrap_or("one checkout page");
            json!({ "page": page })
        }
        IncidentKind::Duplicates { share } | IncidentKind::ApiErrors { share } => {
            json!({ "share": share })
        }
        IncidentKind::ApiLag { hours } => json!({ "delay_seconds": hours * 3600 }),
        // The gap is relative to the larger of the two.
        IncidentKind::RevenueMismatch { factor } if factor > 1.0 => {
            json!({ "gap": 1.0 - 1.0 / factor })
        }
        IncidentKind::RevenueMismatch { factor } => json!({ "gap": 1.0 - factor }),
        IncidentKind::DemandShift { factor } => json!({ "factor": factor }),
        IncidentKind::ServerEventsStop | IncidentKind::TokenExpired => json!({}),
    };
    let incident = Incident {
        id: format!("inc_{}", number + 1),
        account: AccountId::new(&account.id)?,
        kind: planned.kind.as_str().to_owned(),
        began_at: planned.from,
        ended_at: Some(planned.to),
        fault: planned.kind.is_fault(),
        source: IncidentSource::SimulationTruth,
        first_noticed_at: None,
        summary: json!({ "code": planned.kind.as_str(), "params": params }),
    };
    Ok(scope.put_incident(&incident).await?)
}
