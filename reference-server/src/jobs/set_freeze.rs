//! Stop every increase: sets a freeze, or lifts one, and records it.

use stratum_core::ledger::{Body, LiftRecord};
use stratum_core::trust::{Freeze, FreezeScope};
use stratum_core::vocabulary::{ActorId, FreezeId, TenantId};

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
    if let Some(account) = &reach.account
        && scope.account(account).await?.is_none()
    {
        return Err(JobError::UnknownAccount(account.clone()));
    }
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
    scope.add_freeze(&freeze).await?;
    scope
        .append_entry(&Body::Freeze(freeze.clone()), now)
        .await?;
    scope.commit().await?;
    Ok(freeze)
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
