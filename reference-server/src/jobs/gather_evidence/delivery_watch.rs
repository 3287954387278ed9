//! Does delivery look as it should? Keeps the core's detectors warm, so that each hour costs one observation.
//!
//! Each detector goes on from the newest row it has read, not from when it was last asked: platforms report late. What is kept
//! here can be made again from the store at any time; a restart only costs the reading of a month.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use stratum_core::anomaly::{DeliveryWatch, Point};
use stratum_core::numeric::from_u64;
use stratum_core::signal::DeliveryScan;
use stratum_core::vocabulary::{AccountId, TenantId, Timestamp};
use stratum_store::TenantScope;
use stratum_store::metrics::AccountHour;

use crate::jobs::JobError;

/// How far back a detector that starts cold looks: more than it remembers.
const COLD_START: TimeDelta = TimeDelta::days(28);
/// After a longer silence a detector starts anew.
const LONGEST_GAP: TimeDelta = TimeDelta::days(7);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// Where the name of an imported series goes on; what is derived here has names of its own.
const IMPORTED: &str = "import:";

/// One metric of an account.
#[derive(Debug, Clone)]
struct Watched {
    /// Its detector.
    watch: DeliveryWatch,
    /// When the newest point began that the detector has seen.
    newest: Timestamp,
}

/// The detectors of one account, by the name of the metric.
#[derive(Debug, Clone, Default)]
struct OfAccount {
    metrics: BTreeMap<String, Watched>,
}

/// The detectors of every account that was looked at; shared, cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct DeliveryWatches {
    accounts: Arc<Mutex<BTreeMap<(TenantId, AccountId), OfAccount>>>,
}

impl DeliveryWatches {
    /// Observes what has arrived since the last time and counts over the half day before `now`; none when nothing can be judged.
    ///
    /// # Errors
    /// [`JobError::Store`].
    pub async fn scan(
        &self,
        scope: &mut TenantScope,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Option<DeliveryScan>, JobError> {
        let key = (scope.tenant().clone(), account.clone());
        let kept = self
            .accounts
            .lock()
            .ok()
            .and_then(|all| all.get(&key).cloned());
        let mut watched = kept.unwrap_or_default();
        watched.forget_the_silent(now);
        watched.observe(scope, account, now).await?;
        let scan = watched.scan(now);
        if let Ok(mut all) = self.accounts.lock() {
            all.insert(key, watched);
        }
        Ok(scan)
    }
}

impl OfAccount {
    /// A detector whose metric was silent for long starts anew; so do all when the clock was set back.
    fn forget_the_silent(&mut self, now: Timestamp) {
        let ahead = self.metrics.values().any(|watched| watched.newest > now);
        let lately = |watched: &Watched| !ahead && now - watched.newest <= LONGEST_GAP;
        self.metrics.retain(|_, watched| lately(watched));
    }

    /// From where rows are read: where the metric that is furthest behind stands.
    fn seen_until(&self, imported: bool, now: Timestamp) -> Timestamp {
        let of_kind = self
            .metrics
            .iter()
            .filter(|(name, _)| name.starts_with(IMPORTED) == imported);
        let seen = of_kind.map(|(_, watched)| watched.newest).min();
        seen.unwrap_or(now - COLD_START)
    }

    /// Observes the hours and points that were not seen yet and had ended by `now`.
    async fn observe(
        &mut self,
        scope: &mut TenantScope,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<(), JobError> {
        let to = now - HOUR + TimeDelta::milliseconds(1);
        let from = self.seen_until(false, now);
        for hour in scope.account_hours(account, from, to).await? {
            self.observe_hour(&hour);
        }
        let from = self.seen_until(true, now);
        for point in scope.delivery_points(account, from, to).await? {
            let name = format!("{IMPORTED}{}", point.metric);
            let value = Some(point.value);
            self.put(
                &name,
                &Point {
                    at: point.at,
                    value,
                    observations: None,
                },
            );
        }
        Ok(())
    }

    fn observe_hour(&mut self, hour: &AccountHour) {
        let rate = |whole: u64, observations| Point {
            at: hour.at,
            value: (whole > 0).then(|| hour.spend / from_u64(whole)),
            observations: Some(observations),
        };
        self.put("cost_per_mille", &rate(hour.impressions, hour.impressions));
        self.put("cost_per_click", &rate(hour.clicks, hour.clicks));
    }

    /// Hands a point to its detector, unless that has seen it or a later one: it takes them in order of time.
    fn put(&mut self, metric: &str, point: &Point) {
        match self.metrics.get_mut(metric) {
            Some(watched) if watched.newest < point.at => {
                watched.watch.observe(0, point);
                watched.newest = point.at;
            }
            Some(_) => {}
            None => {
                let mut watch = DeliveryWatch::new(1);
                watch.observe(0, point);
                let newest = point.at;
                self.metrics
                    .insert(metric.to_owned(), Watched { watch, newest });
            }
        }
    }

    fn scan(&mut self, now: Timestamp) -> Option<DeliveryScan> {
        let scans = self
            .metrics
            .values_mut()
            .filter_map(|watched| watched.watch.scan(now));
        scans.reduce(DeliveryScan::and)
    }
}
