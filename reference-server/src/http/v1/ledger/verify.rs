//! `POST /v1/ledger/verification`: walks the whole ledger and says whether it is intact.

use axum::Json;
use axum::extract::State;

use crate::http::{AppState, OfTenant, Problem};
use crate::jobs::verify_ledger::{
    Expected, LAST_INTACT, NEWEST, Verification, Verified, verify_ledger,
};

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
) -> Result<Json<Verification>, Problem> {
    let found = verify_ledger(state.store(), tenant.id()).await?;
    let at = state.now();
    let mut scope = state.store().tenant(tenant.id()).begin().await?;
    scope
        .put_rule_state(
            NEWEST,
            &Verified {
                at,
                found: found.clone(),
            },
            at,
        )
        .await?;
    if found.intact {
        let known = Expected {
            entries: Some(found.entries),
            head: Some(found.head),
        };
        scope.put_rule_state(LAST_INTACT, &known, at).await?;
    }
    scope.commit().await?;
    Ok(Json(found))
}
