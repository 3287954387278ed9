//! What is stopped? Setting a freeze and lifting one.

pub mod create;
pub mod lift;

use axum::Router;
use axum::routing::post;
use serde::Serialize;
use stratum_core::trust::Freeze;
use stratum_core::vocabulary::{AccountId, ActorId, CampaignId, FreezeId, Platform, Timestamp};

use crate::http::AppState;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/freezes", post(create::handle))
        .route("/freezes/{freeze}/lift", post(lift::handle))
}

#[derive(Debug, Clone, Serialize)]
struct Reach {
    account: Option<AccountId>,
    platform: Option<Platform>,
    campaign: Option<CampaignId>,
}

/// A freeze as it is answered.
#[derive(Debug, Clone, Serialize)]
pub struct FreezeAnswer {
    id: FreezeId,
    scope: Reach,
    by: ActorId,
    at: Timestamp,
    why: String,
}

impl From<Freeze> for FreezeAnswer {
    fn from(freeze: Freeze) -> Self {
        let scope = Reach {
            account: freeze.scope.account,
            platform: freeze.scope.platform,
            campaign: freeze.scope.campaign,
        };
        Self {
            id: freeze.id,
            scope,
            by: freeze.by,
            at: freeze.at,
            why: freeze.why,
        }
    }
}
