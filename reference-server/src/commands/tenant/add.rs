//! `stratum tenant add`: a new tenant under the baseline policy. One that is there is renamed only where that is said.

use stratum_core::trust::Policy;
use stratum_core::vocabulary::{ActorId, TenantId};
use stratum_store::{Store, Tenant};

use super::{Of, failed, id};
use crate::clock::Clock;
use crate::commands::Failure;
use crate::commands::serve::unopened;
use crate::commands::verify::undone;
use crate::jobs::adopt_policy::adopt_in;
use crate::running::data_folder;

/// What happens to a tenant that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// It stays as it is, and the command is refused.
    Refuse,
    /// It gets another name.
    Rename,
}

impl Existing {
    pub(super) const fn of(rename: bool) -> Self {
        if rename { Self::Rename } else { Self::Refuse }
    }
}

pub(super) async fn add(of: &Of, name: &str, by: &str, existing: Existing) -> Result<(), Failure> {
    let tenant = id(&of.tenant, "--tenant", TenantId::new)?;
    let by = id(by, "--by", ActorId::new)?;
    let store = data_folder::open_or_make(&of.data)
        .await
        .map_err(|error| unopened(&of.data, &error))?;
    let known = store.operator().tenants().await.map_err(|e| failed(&e))?;
    let known = known.into_iter().find(|known| known.id == tenant);
    if let (Some(known), Existing::Refuse) = (&known, existing)
        && has_policy(&store, &tenant).await?
    {
        let name = &known.name;
        let detail = format!(
            "there is a tenant `{tenant}` already, called `{name}`; --rename gives it another name"
        );
        return Err(Failure::bad_input("tenant.exists", detail).at("--tenant"));
    }
    let now = Clock::System.now();
    let about = Tenant {
        id: tenant.clone(),
        name: name.to_owned(),
        simulation: known.is_some_and(|known| known.simulation),
    };
    store
        .operator()
        .put_tenant(&about, now)
        .await
        .map_err(|e| failed(&e))?;
    let mut scope = store
        .tenant(&tenant)
        .begin()
        .await
        .map_err(|e| failed(&e))?;
    if scope
        .current_policy()
        .await
        .map_err(|e| failed(&e))?
        .is_none()
    {
        let baseline =
            Policy::baseline_2026_11().map_err(|error| Failure::outside(error.code(), &error))?;
        adopt_in(&mut scope, &baseline, &by, now)
            .await
            .map_err(|error| undone(&error))?;
    }
    scope.commit().await.map_err(|e| failed(&e))?;
    store.close().await;
    Ok(())
}

/// A tenant without a policy was only half added: adding it again completes it.
async fn has_policy(store: &Store, tenant: &TenantId) -> Result<bool, Failure> {
    let mut scope = store.tenant(tenant).read().await.map_err(|e| failed(&e))?;
    let adopted = scope.current_policy().await.map_err(|e| failed(&e))?;
    Ok(adopted.is_some())
}
