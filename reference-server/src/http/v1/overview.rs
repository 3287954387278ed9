//! `GET /v1/overview`: everything a first screen needs.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::Value;
use stratum_core::vocabulary::{AccountId, Currency, Digest, Platform, TenantId, Timestamp};
use stratum_store::trust::{Incident, ProposalState};
use stratum_store::{Account, TenantScope};

use super::freezes::FreezeAnswer;
use crate::http::{AppState, OfTenant, Problem};
use crate::jobs::evaluate_health::{HealthPoint, current_policy, health_now};
use crate::jobs::sum_money::{MoneySummary, sum_money};
use crate::jobs::try_policy::main_currency;
use crate::jobs::verify_ledger::{NEWEST, Verified};

const MOST_INCIDENTS: u32 = 500;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new().route("/overview", get(handle))
}

#[derive(Debug, Serialize)]
struct TenantAnswer {
    id: TenantId,
    name: String,
    simulation: bool,
}

#[derive(Debug, Serialize)]
struct PolicyName {
    version: String,
    digest: Digest,
}

#[derive(Debug, Serialize)]
struct AccountSummary {
    id: AccountId,
    name: String,
    platform: Platform,
    currency: Currency,
    time_zone: String,
    health: HealthPoint,
    open_incidents: usize,
}

#[derive(Debug, Serialize)]
struct LedgerSummary {
    entries: u64,
    head: Digest,
    verified_at: Option<Timestamp>,
    intact: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Overview {
    tenant: TenantAnswer,
    now: Timestamp,
    listening: String,
    /// Nobody checks who says to be whom, until there are accounts.
    identity: &'static str,
    policy: PolicyName,
    accounts: Vec<AccountSummary>,
    money: Option<MoneySummary>,
    ledger: LedgerSummary,
    freezes: Vec<FreezeAnswer>,
    open_proposals: u64,
    connected: bool,
    capabilities: Value,
}

async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
) -> Result<Json<Overview>, Problem> {
    let now = state.now();
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let policy = current_policy(&mut scope).await?;
    let incidents = scope.incidents(now, MOST_INCIDENTS).await?;
    let mut accounts = Vec::new();
    for account in scope.accounts().await? {
        let health = health_now(&mut scope, state.desk(), &account, &policy, now).await?;
        accounts.push(summary(account, HealthPoint::of(&health), &incidents, now));
    }
    let money = if tenant.0.simulation {
        let currency = main_currency(&mut scope).await?;
        Some(sum_money(&mut scope, currency).await?)
    } else {
        None
    };
    let capabilities = state
        .desk()
        .platform
        .as_ref()
        .map(|platform| platform.capabilities());
    let open = ProposalState::AwaitingApproval;
    Ok(Json(Overview {
        now,
        listening: state.config().listen.to_string(),
        identity: "unverified",
        policy: PolicyName {
            version: policy.settings().version.to_string(),
            digest: policy.digest(),
        },
        accounts,
        money,
        ledger: ledger(&mut scope).await?,
        freezes: scope
            .freezes()
            .await?
            .into_iter()
            .map(FreezeAnswer::from)
            .collect(),
        open_proposals: scope.count_proposals(open).await?,
        connected: capabilities.is_some(),
        capabilities: serde_json::to_value(capabilities).unwrap_or_default(),
        tenant: TenantAnswer {
            id: tenant.0.id,
            name: tenant.0.name,
            simulation: tenant.0.simulation,
        },
    }))
}

fn summary(
    account: Account,
    health: HealthPoint,
    incidents: &[Incident],
    now: Timestamp,
) -> AccountSummary {
    let open = incidents.iter().filter(|incident| {
        incident.account == account.id && incident.ended_at.is_none_or(|end| end > now)
    });
    AccountSummary {
        open_incidents: open.count(),
        id: account.id,
        name: account.name,
        platform: account.platform,
        currency: account.currency,
        time_zone: account.time_zone,
        health,
    }
}

async fn ledger(scope: &mut TenantScope) -> Result<LedgerSummary, Problem> {
    let chain = scope.chain().await?;
    let verified: Option<Verified> = scope.rule_state(NEWEST).await?;
    Ok(LedgerSummary {
        entries: chain.length(),
        head: chain.head(),
        verified_at: verified.as_ref().map(|verified| verified.at),
        intact: verified.map(|verified| verified.found.intact),
    })
}
