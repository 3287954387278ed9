//! What holds from now on? Adopts a policy and records every number of it.

use stratum_core::ledger::{Body, PolicyRecord};
use stratum_core::trust::Policy;
use stratum_core::vocabulary::{ActorId, TenantId, Timestamp};
use stratum_store::TenantScope;

use super::JobError;
use crate::desk::Desk;

/// Adopts a policy within the caller's transaction.
///
/// # Errors
/// [`JobError::Store`].
pub async fn adopt_in(
    scope: &mut TenantScope,
    policy: &Policy,
    by: &ActorId,
    now: Timestamp,
) -> Result<(), JobError> {
    scope.adopt_policy(policy, by, now).await?;
    let record = PolicyRecord {
        digest: policy.digest(),
        settings: policy.settings().clone(),
        by: by.clone(),
    };
    scope
        .append_entry(&Body::Policy(Box::new(record)), now)
        .await?;
    Ok(())
}

/// Adopts a policy.
///
/// # Errors
/// [`JobError`]; nothing is recorded then.
pub async fn adopt_policy(
    desk: &Desk,
    tenant: &TenantId,
    policy: &Policy,
    by: &ActorId,
) -> Result<(), JobError> {
    let now = desk.now();
    let mut scope = desk.store.tenant(tenant).begin().await?;
    adopt_in(&mut scope, policy, by, now).await?;
    scope.commit().await?;
    Ok(())
}
