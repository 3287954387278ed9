//! Who answers for the fake platform? An HTTP server on loopback with two endpoints per campaign.

use std::future::pending;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::{Path as Parts, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::campaigns::{CampaignChange, Campaigns, CampaignsError};
use super::fault::{Fault, Faults};

#[derive(Debug, Clone)]
struct Shared {
    campaigns: Arc<Mutex<Campaigns>>,
    faults: Faults,
    late: Arc<Mutex<Vec<LateChange>>>,
}

/// A change that is made when the campaign has been read again.
#[derive(Debug)]
struct LateChange {
    account: String,
    campaign: String,
    key: String,
    asked: CampaignChange,
}

/// A fake platform that is running; it stops when this is dropped.
#[derive(Debug)]
pub struct RunningPlatform {
    address: SocketAddr,
    shared: Shared,
    task: JoinHandle<()>,
}

/// Starts the platform on a free port of 127.0.0.1 with the campaigns of this file.
///
/// # Errors
/// [`CampaignsError`] when the file cannot be used or no port is free.
pub async fn start(file: &Path) -> Result<RunningPlatform, CampaignsError> {
    let campaigns = Arc::new(Mutex::new(Campaigns::open(file)?));
    let shared = Shared {
        campaigns,
        faults: Faults::default(),
        late: Arc::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let campaign = "/accounts/{account}/campaigns/{campaign}";
    let app = Router::new()
        .route(campaign, get(read).patch(change))
        .with_state(shared.clone());
    let task = tokio::spawn(async move {
        // It ends with the process or when it is dropped; there is nobody to tell about an error.
        let _ = axum::serve(listener, app).await;
    });
    Ok(RunningPlatform {
        address,
        shared,
        task,
    })
}

impl RunningPlatform {
    /// Where it answers, such as `http://127.0.0.1:4010`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How it shall fail.
    #[must_use]
    pub const fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Looks at its campaigns or changes them from behind, as a person in the platform's own interface would.
    pub fn with_campaigns<T>(&self, look: impl FnOnce(&mut Campaigns) -> T) -> Option<T> {
        self.shared
            .campaigns
            .lock()
            .ok()
            .map(|mut campaigns| look(&mut campaigns))
    }
}

impl Drop for RunningPlatform {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(State(shared): State<Shared>, Parts(id): Parts<(String, String)>) -> Response {
    match shared.faults.next_read() {
        None => {}
        Some(Fault::RateLimited) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        Some(Fault::Silent | Fault::AppliesThenSilent | Fault::AppliesLate) => {
            pending::<()>().await;
        }
        Some(Fault::Garbage) => return "<html>maintenance</html>".into_response(),
        Some(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
    let Ok(mut campaigns) = shared.campaigns.lock() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let answer = match campaigns.find(&id.0, &id.1) {
        Some(campaign) => Json(campaign.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    if let Ok(mut late) = shared.late.lock() {
        for due in late.extract_if(.., |due| (&due.account, &due.campaign) == (&id.0, &id.1)) {
            // Whoever asked has stopped waiting: there is nobody to tell about an error.
            let _ = campaigns.change(&due.account, &due.campaign, &due.key, &due.asked);
        }
    }
    answer
}

async fn change(
    State(shared): State<Shared>,
    Parts(id): Parts<(String, String)>,
    headers: HeaderMap,
    Json(mut asked): Json<CampaignChange>,
) -> Response {
    let Some(key) = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok())
    else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let fault = shared.faults.next_write();
    match fault {
        Some(Fault::RateLimited) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        Some(Fault::ServerError) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Rejected) => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Some(Fault::Silent) => pending::<()>().await,
        Some(Fault::AppliesLate) => {
            if let Ok(mut late) = shared.late.lock() {
                late.push(LateChange {
                    account: id.0.clone(),
                    campaign: id.1.clone(),
                    key: key.to_owned(),
                    asked: asked.clone(),
                });
            }
            pending::<()>().await;
        }
        Some(Fault::AppliesSomethingElse) => {
            asked.daily_budget = asked.daily_budget.map(|budget| budget / 2 + 1);
        }
        Some(Fault::AppliesThenSilent | Fault::Garbage) | None => {}
    }
    let made = match shared.campaigns.lock() {
        Ok(mut campaigns) => campaigns.change(&id.0, &id.1, key, &asked),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    match fault {
        Some(Fault::AppliesThenSilent) => pending::<()>().await,
        Some(Fault::Garbage) => return "\u{0}{\"daily_bud".into_response(),
        _ => {}
    }
    match made {
        Ok(campaign) => Json(campaign).into_response(),
        Err(CampaignsError::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(CampaignsError::Rejected) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
