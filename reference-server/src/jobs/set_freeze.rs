//! Stop every increase: sets a freeze, or lifts one, and records it.

use std::collections::BTreeSet;

use stratum_core::ledger::{Body, LiftRecord};
use stratum_core::trust::{Freeze, FreezeScope};
use stratum_core::vocabulary::{AccountId, ActorId, FreezeId, TenantId};
use stratum_store::TenantScope;

use super::JobError;
use crate::desk::Desk;

/// Sets a freeze. It counts from the next review on.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn set_freeze(
    desk: &Desk,
    tenant: &TenantId,
    reach: FreezeScope,
    by: ActorId,
    why: String,
) -> Result<Freeze, JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    it_covers_something(&mut scope, &reach).await?;
    // The number of its ledger entry makes it unique within the tenant.
    let number = scope.chain().await?.length().saturating_add(1);
    let id = FreezeId::new(&format!("frz_{number}"))?;
    let freeze = Freeze {
        id,
        scope: reach,
        by,
        at: now,
        why,
    };
    if !scope.add_freeze(&freeze).await? {
        return Err(JobError::FreezeExists(freeze.id));
    }
    scope
        .append_entry(&Body::Freeze(freeze.clone()), now)
        .await?;
    scope.commit().await?;
    Ok(freeze)
}

/// A freeze that covers nothing stops nothing, and whoever set it would believe otherwise.
async fn it_covers_something(scope: &mut TenantScope, reach: &FreezeScope) -> Result<(), JobError> {
    if let Some(account) = &reach.account
        && scope.account(account).await?.is_none()
    {
        return Err(JobError::UnknownAccount(account.clone()));
    }
    let mut accounts: BTreeSet<AccountId> = scope
        .accounts()
        .await?
        .into_iter()
        .filter(|account| reach.platform.is_none_or(|only| only == account.platform))
        .filter(|account| {
            reach
                .account
                .as_ref()
                .is_none_or(|only| *only == account.id)
        })
        .map(|account| account.id)
        .collect();
    if let Some(id) = &reach.campaign {
        let campaigns = scope.campaigns(None).await?;
        let campaign = campaigns.iter().find(|campaign| campaign.id == *id);
        let campaign = campaign.ok_or_else(|| JobError::UnknownCampaign(id.clone()))?;
        accounts.retain(|account| *account == campaign.account);
    }
    // The whole tenant may be frozen before it has an account.
    let is_whole = reach.platform.is_none() && reach.account.is_none() && reach.campaign.is_none();
    if accounts.is_empty() && !is_whole {
        return Err(JobError::FreezeCoversNothing);
    }
    Ok(())
}

/// Lifts a freeze.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn lift_freeze(
    desk: &Desk,
    tenant: &TenantId,
    id: &FreezeId,
    by: ActorId,
) -> Result<Freeze, JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    let in_force = scope
        .freezes()
        .await?
        .into_iter()
        .find(|freeze| freeze.id == *id);
    let freeze = in_force.ok_or_else(|| JobError::UnknownFreeze(id.clone()))?;
    scope.lift_freeze(id, &by, now).await?;
    scope
        .append_entry(
            &Body::Lift(LiftRecord {
                freeze: id.clone(),
                by,
            }),
            now,
        )
        .await?;
    scope.commit().await?;
    Ok(freeze)
}
