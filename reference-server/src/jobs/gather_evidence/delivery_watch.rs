//! Does delivery look as it should? Keeps the core's detectors warm, so that each hour costs one observation.
//!
//! What is kept here can be made again from the store at any time; a restart only costs the reading of a month.

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

/// The detectors of one account.
#[derive(Debug, Clone)]
struct Watched {
    /// Everything that began before this moment was observed.
    observed_until: Timestamp,
    /// One detector for each metric, by name.
    metrics: BTreeMap<String, DeliveryWatch>,
}

/// The detectors of every account that was looked at; shared, cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct DeliveryWatches {
    accounts: Arc<Mutex<BTreeMap<(TenantId, AccountId), Watched>>>,
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
        let usable = kept.filter(|watched| {
            watched.observed_until <= now && now - watched.observed_until <= LONGEST_GAP
        });
        let mut watched = usable.unwrap_or_else(|| Watched {
            observed_until: now - COLD_START,
            metrics: BTreeMap::new(),
        });
        watched.observe(scope, account, now).await?;
        let scan = watched.scan(now);
        if let Ok(mut all) = self.accounts.lock() {
            all.insert(key, watched);
        }
        Ok(scan)
    }
}

impl Watched {
    /// Observes the hours and points that began since the last time and had ended by `now`.
    async fn observe(
        &mut self,
        scope: &mut TenantScope,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<(), JobError> {
        let (from, to) = (self.observed_until, now - HOUR + TimeDelta::milliseconds(1));
        if from >= to {
            return Ok(());
        }
        for hour in scope.account_hours(account, from, to).await? {
            self.observe_hour(&hour);
        }
        for point in scope.delivery_points(account, from, to).await? {
            let value = Some(point.value);
            self.put(
                &point.metric,
                &Point {
                    at: point.at,
                    value,
                    observations: None,
                },
            );
        }
        self.observed_until = to;
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

    fn put(&mut self, metric: &str, point: &Point) {
        match self.metrics.get_mut(metric) {
            Some(watch) => drop(watch.observe(0, point)),
            None => {
                let mut watch = DeliveryWatch::new(1);
                watch.observe(0, point);
                self.metrics.insert(metric.to_owned(), watch);
            }
        }
    }

    fn scan(&mut self, now: Timestamp) -> Option<DeliveryScan> {
        let scans = self
            .metrics
            .values_mut()
            .filter_map(|watch| watch.scan(now));
        scans.reduce(|sum, one| DeliveryScan {
            points: sum.points + one.points,
            anomalous: sum.anomalous + one.anomalous,
        })
    }
}
