//! What does a handler get to work with? The store, the clock, the configuration and the door to the ad platform.

use std::sync::Arc;

use stratum_core::vocabulary::Timestamp;

use crate::clock::Clock;
use crate::config::Config;

/// Shared by all handlers; cloning it is cheap.
#[derive(Debug, Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    clock: Clock,
    config: Config,
}

impl AppState {
    /// Puts the parts together.
    #[must_use]
    pub fn new(config: Config, clock: Clock) -> Self {
        Self {
            inner: Arc::new(Inner { clock, config }),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The clock itself, for what runs longer than one request.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// What the server was started with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}
