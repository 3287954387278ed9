//! Does delivery look as it should? Keeps the core's detectors warm, so that each hour costs one observation.
//!
//! INVARIANT: a warm answer is the one that a server started this moment would give. Both read the same month in order of time:
//! it begins anew every week, and a series of which a row was replaced, or came behind a later one, is read from the beginning
//! again. What is kept here can be made again from the store at any time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DurationRound as _, TimeDelta};
use stratum_core::anomaly::{DeliveryWatch, Point};
use stratum_core::numeric::from_u64;
use stratum_core::signal::DeliveryScan;
use stratum_core::vocabulary::{AccountId, TenantId, Timestamp};
use stratum_store::TenantScope;
use stratum_store::metrics::AccountHour;

use crate::jobs::JobError;

/// How far back the reading reaches at least: more than a detector remembers.
const COLD_START: TimeDelta = TimeDelta::days(28);
/// How often the reading begins anew.
const BEGINS_EVERY: TimeDelta = TimeDelta::days(7);
/// After a longer silence of its series a detector starts anew.
const LONGEST_GAP: TimeDelta = TimeDelta::days(7);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// One series of an account.
#[derive(Debug, Clone)]
struct Watched {
    /// Its detectors.
    watch: DeliveryWatch,
    /// When the newest hour began that they have seen.
    newest: Timestamp,
}

/// The detectors of one account.
#[derive(Debug, Clone)]
struct OfAccount {
    /// The moment the reading began with.
    began: Timestamp,
    /// When it was last asked for.
    asked_at: Timestamp,
    /// Up to which moment rows were read.
    read_until: Timestamp,
    /// Up to which change of the store.
    seen: u64,
    /// By the name of the series; none is what is derived from the numbers of the campaigns.
    series: BTreeMap<Option<String>, Watched>,
}

/// The detectors of every account that was looked at; shared, cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct DeliveryWatches {
    accounts: Arc<Mutex<BTreeMap<(TenantId, AccountId), OfAccount>>>,
}

impl DeliveryWatches {
    /// Observes what has changed since the last time and counts over the half day before `now`; none when nothing can be judged.
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
        let cold = OfAccount::cold(now);
        let goes_on = |kept: &OfAccount| kept.began == cold.began && kept.asked_at <= now;
        let mut watched = kept.filter(goes_on).unwrap_or(cold);
        watched.observe(scope, account, now).await?;
        let scan = watched.scan(now);
        if let Ok(mut all) = self.accounts.lock() {
            all.insert(key, watched);
        }
        Ok(scan)
    }
}

impl OfAccount {
    fn cold(now: Timestamp) -> Self {
        let began = now.duration_trunc(BEGINS_EVERY).unwrap_or(now) - COLD_START;
        Self {
            began,
            asked_at: now,
            read_until: began,
            seen: 0,
            series: BTreeMap::new(),
        }
    }

    /// Observes the hours and points that were not seen yet and had ended by `now`.
    async fn observe(
        &mut self,
        scope: &mut TenantScope,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<(), JobError> {
        // What was not stored in time lies before `read_until`, and is known by its change.
        let (mut derived_from, mut imported_from) = (self.read_until, self.read_until);
        for change in scope
            .delivery_changes(account, self.seen, self.began)
            .await?
        {
            let behind = |watched: &Watched| change.first_at <= watched.newest;
            let from = if self.series.get(&change.series).is_some_and(behind) {
                self.series.remove(&change.series);
                self.began
            } else {
                change.first_at
            };
            if change.series.is_none() {
                derived_from = derived_from.min(from);
            } else {
                imported_from = imported_from.min(from);
            }
            self.seen = self.seen.max(change.number);
        }
        let to = now - HOUR + TimeDelta::milliseconds(1);
        for hour in scope.account_hours(account, derived_from, to).await? {
            self.put_hour(&hour);
        }
        for point in scope.delivery_points(account, imported_from, to).await? {
            let value = Some(point.value);
            let seen = Point {
                at: point.at,
                value,
                observations: None,
            };
            self.put(Some(point.metric), &[seen]);
        }
        (self.asked_at, self.read_until) = (now, to);
        Ok(())
    }

    fn put_hour(&mut self, hour: &AccountHour) {
        let rate = |whole: u64, observations| Point {
            at: hour.at,
            value: (whole > 0).then(|| hour.spend / from_u64(whole)),
            observations: Some(observations),
        };
        let cost_per_mille = rate(hour.impressions, hour.impressions);
        let cost_per_click = rate(hour.clicks, hour.clicks);
        self.put(None, &[cost_per_mille, cost_per_click]);
    }

    /// Hands the points of one hour to their detectors, unless those have seen it: they take hours in order of time.
    fn put(&mut self, series: Option<String>, points: &[Point]) {
        let Some(at) = points.first().map(|point| point.at) else {
            return;
        };
        let anew = || Watched {
            watch: DeliveryWatch::new(points.len()),
            newest: Timestamp::MIN_UTC,
        };
        let watched = self.series.entry(series).or_insert_with(anew);
        if at <= watched.newest {
            return;
        }
        if at - watched.newest > LONGEST_GAP {
            *watched = anew();
        }
        for (metric, point) in points.iter().enumerate() {
            watched.watch.observe(metric, point);
        }
        watched.newest = at;
    }

    fn scan(&mut self, now: Timestamp) -> Option<DeliveryScan> {
        let scans = self
            .series
            .values_mut()
            .filter_map(|watched| watched.watch.scan(now));
        scans.reduce(DeliveryScan::and)
    }
}
