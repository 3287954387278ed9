//! What does a job work with? The store, the clock, the way to the ad platform, and a memory that can be made again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use stratum_connectors::AdPlatform;
use stratum_core::vocabulary::Timestamp;
use stratum_store::Store;

use crate::chance;
use crate::clock::Clock;
use crate::jobs::gather_evidence::delivery_watch::DeliveryWatches;

/// The longest call to an ad platform.
pub const CALL_LIMIT: Duration = Duration::from_secs(20);
/// For how long an execution belongs to whoever began it. A write is sent only while the longest call ends within it.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// What every job works with; cloning it is cheap.
#[derive(Clone)]
pub struct Desk {
    /// Where everything is kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The way to the ad platform; none when passed proposals are only recorded.
    pub platform: Option<Arc<dyn AdPlatform>>,
    /// Who this start of the process is, for leases.
    pub holder: Arc<str>,
    /// Detectors of delivery anomalies, warm.
    pub watches: DeliveryWatches,
}

impl Desk {
    /// A desk without a platform.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        let holder = chance::holder();
        let watches = DeliveryWatches::default();
        Self {
            store,
            clock,
            platform: None,
            holder: holder.into(),
            watches,
        }
    }

    /// The same desk, connected to a platform.
    #[must_use]
    pub fn connected_to(self, platform: Arc<dyn AdPlatform>) -> Self {
        Self {
            platform: Some(platform),
            ..self
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
