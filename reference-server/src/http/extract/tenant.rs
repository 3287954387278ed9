//! Whose data is asked for? The tenant named in the request, or the only one there is.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use stratum_core::vocabulary::TenantId;
use stratum_store::Tenant;

use crate::http::{AppState, Problem};

/// The header that names a tenant; `?tenant=` does as well.
pub const TENANT_HEADER: &str = "stratum-tenant";

/// The tenant of a request. It exists.
#[derive(Debug, Clone)]
pub struct OfTenant(pub Tenant);

impl OfTenant {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &TenantId {
        &self.0.id
    }
}

impl FromRequestParts<AppState> for OfTenant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let header = parts
            .headers
            .get(TENANT_HEADER)
            .map(|value| value.to_str().unwrap_or(""));
        let named = named_in_query(parts).or_else(|| header.map(str::to_owned));
        let known = state
            .store()
            .operator()
            .tenants()
            .await
            .map_err(|e| Problem::internal(&e))?;
        choose(known, named.as_deref()).map(Self)
    }
}

fn named_in_query(parts: &Parts) -> Option<String> {
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).ok()?;
    query
        .0
        .into_iter()
        .find(|(name, _)| name == "tenant")
        .map(|(_, value)| value)
}

fn choose(mut known: Vec<Tenant>, named: Option<&str>) -> Result<Tenant, Problem> {
    match named {
        Some(id) => known
            .into_iter()
            .find(|tenant| tenant.id.as_str() == id)
            .ok_or_else(|| {
                Problem::not_found("tenant.unknown", "there is no such tenant").at("tenant")
            }),
        None if known.len() > 1 => Err(Problem::malformed(
            "tenant.ambiguous",
            format!("there are several tenants: say which one with ?tenant= or {TENANT_HEADER}"),
        )
        .at("tenant")),
        None => known.pop().ok_or_else(|| {
            Problem::not_found(
                "tenant.none",
                "there is no tenant yet: see `stratum tenant add`",
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(id: &str) -> Tenant {
        Tenant {
            id: TenantId::new(id).unwrap(),
            name: id.to_owned(),
            simulation: false,
        }
    }

    #[test]
    fn the_only_tenant_needs_no_name() {
        assert_eq!(choose(vec![tenant("a")], None).unwrap().id.as_str(), "a");
        let both = || vec![tenant("a"), tenant("b")];
        assert_eq!(choose(both(), Some("b")).unwrap().id.as_str(), "b");
        assert_eq!(choose(both(), None).unwrap_err().code(), "tenant.ambiguous");
        assert_eq!(
            choose(both(), Some("c")).unwrap_err().code(),
            "tenant.unknown"
        );
        assert_eq!(choose(vec![], None).unwrap_err().code(), "tenant.none");
    }
}
