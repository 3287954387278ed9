//! How many questions about journeys are answered at once? Two; others wait for their turn, before anything is read for them.
//!
//! The work goes on though nobody waits for it any more, so its place is free only when it has ended.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::Problem;

const MOST: usize = 2;
static PLACES: Semaphore = Semaphore::const_new(MOST);

/// Room for one question: for what is read, and for what is computed.
pub(super) struct Place(SemaphorePermit<'static>);

/// Waits for a place.
///
/// # Errors
/// An internal problem when there are none any more.
pub(super) async fn place() -> Result<Place, Problem> {
    let permit = PLACES.acquire().await;
    Ok(Place(permit.map_err(|error| Problem::internal(&error))?))
}

impl Place {
    /// Works on a thread that may take long.
    ///
    /// # Errors
    /// An internal problem when the work does not come to an end.
    pub(super) async fn compute<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let placed = move || {
            let done = work();
            drop(self.0);
            done
        };
        let done = tokio::task::spawn_blocking(placed).await;
        done.map_err(|error| Problem::internal(&error))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use axum::Router;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use stratum_core::vocabulary::TenantId;
    use stratum_store::{Store, Tenant};
    use tower::ServiceExt as _;

    use super::*;
    use crate::clock::Clock;
    use crate::config::{Config, DEFAULT_LISTEN};
    use crate::desk::Desk;
    use crate::http::{AppState, router};

    async fn app(folder: &std::path::Path) -> Router {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let store = Store::open(&folder.join("stratum.db")).await.unwrap();
        let about = Tenant {
            id: TenantId::new("north").unwrap(),
            name: "North".into(),
            simulation: false,
        };
        store.operator().put_tenant(&about, now).await.unwrap();
        let desk = Desk::new(store, Clock::by_hand(now));
        let config = Config::of(DEFAULT_LISTEN, folder.to_owned());
        router(AppState::new(config, desk))
    }

    /// Work that goes on until the sender is dropped.
    async fn under_way() -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
        let (go_on, ends) = mpsc::channel::<()>();
        let (began, begins) = tokio::sync::oneshot::channel();
        let waiting = tokio::spawn(async move {
            let work = move || {
                began.send(()).unwrap();
                assert!(ends.recv().is_err(), "nothing is sent");
            };
            place().await.unwrap().compute(work).await.unwrap();
        });
        begins.await.unwrap();
        (go_on, waiting)
    }

    #[tokio::test]
    async fn a_third_question_waits_until_one_of_two_has_ended_also_if_nobody_waits_for_that() {
        for path in ["/v1/attribution", "/v1/journeys/flow"] {
            third_waits(path).await;
        }
    }

    async fn third_waits(path: &str) {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path()).await;
        let (first, waiting) = under_way().await;
        let (second, _) = under_way().await;
        let request = Request::get(path).body(Body::empty());
        let mut asked = tokio::spawn(app.oneshot(request.unwrap()));
        // Without a bound the answer about a tenant without anything is there in a few milliseconds.
        let while_both_work = tokio::time::timeout(Duration::from_millis(700), &mut asked).await;
        assert!(while_both_work.is_err(), "the third did not wait");
        waiting.abort();
        let one_left = tokio::time::timeout(Duration::from_millis(300), &mut asked).await;
        assert!(
            one_left.is_err(),
            "work that goes on has given its place up"
        );
        drop(first);
        let answered = tokio::time::timeout(Duration::from_secs(60), asked).await;
        let response = answered.unwrap().unwrap().unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        drop(second);
    }
}
