//! What does a handler get to work with? The desk (store, clock, platform), the intake for events, the configuration.

use std::sync::Arc;

use axum::extract::FromRef;
use stratum_core::vocabulary::Timestamp;
use stratum_store::{EventIntake, IntakeSettings, Store};

use crate::config::Config;
use crate::desk::Desk;
use crate::http::v1::ingest::Inbound;

/// Shared by all handlers; cloning it is cheap.
#[derive(Debug, Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    desk: Desk,
    intake: EventIntake,
    config: Config,
}

impl AppState {
    /// Puts the parts together and starts the intake; needs a running tokio runtime.
    #[must_use]
    pub fn new(config: Config, desk: Desk) -> Self {
        let intake = EventIntake::start(desk.store.clone(), IntakeSettings::default());
        Self {
            inner: Arc::new(Inner {
                desk,
                intake,
                config,
            }),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.desk.now()
    }

    /// What jobs work with.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.inner.desk
    }

    /// Where everything is kept.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.desk.store
    }

    /// The way in for events.
    #[must_use]
    pub fn intake(&self) -> &EventIntake {
        &self.inner.intake
    }

    /// What the server was started with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}

impl FromRef<AppState> for Inbound {
    fn from_ref(state: &AppState) -> Self {
        Self {
            store: state.store().clone(),
            intake: state.intake().clone(),
            clock: state.desk().clock.clone(),
        }
    }
}
