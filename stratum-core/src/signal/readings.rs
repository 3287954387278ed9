//! What can be measured? Counts and times, each with its age, and the plan that says which of them an account owes.
//!
//! The plan is what keeps silence from passing as health: what is planned and does not arrive is missing, what is not
//! planned is not asked for and cannot help either. A server-only shop does not plan browser events, so their absence
//! costs it nothing.

use serde::{Deserialize, Serialize};

use crate::vocabulary::{Reading, Timestamp};

/// What an account's set-up is supposed to deliver.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a checklist: each entry is delivered or not"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasurementPlan {
    /// Conversion events from the browser.
    pub browser_events: bool,
    /// Conversion events from the server.
    pub server_events: bool,
    /// Orders (or closed deals) counted independently of the events.
    pub independent_orders: bool,
    /// The platform's own word on how many events it matched.
    pub match_confirmation: bool,
    /// The platform's word on how much of the call allowance is left.
    pub throttle_headroom: bool,
}

/// How many events carried each match key, valid after normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyCounts {
    /// E-mail address, plain or hashed.
    pub email: u64,
    /// Phone number, plain or hashed.
    pub phone: u64,
    /// The platform's click id.
    pub click_id: u64,
    /// The advertiser's own customer id.
    pub external_id: u64,
    /// The platform's browser id.
    pub browser_id: u64,
    /// IP address together with the user agent.
    pub ip_and_agent: u64,
    /// Name together with a postal address.
    pub name_and_address: u64,
}

impl KeyCounts {
    /// The counts in the order of the fields.
    #[must_use]
    pub const fn as_array(&self) -> [u64; 7] {
        [
            self.email,
            self.phone,
            self.click_id,
            self.external_id,
            self.browser_id,
            self.ip_and_agent,
            self.name_and_address,
        ]
    }
}

/// Conversion events and what identifies them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchCounts {
    /// Events sent.
    pub events: u64,
    /// Events carrying each key.
    pub keys: KeyCounts,
    /// Events the platform says it matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<u64>,
    /// The platform's own quality score from 0 to 10: shown beside ours, never part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_score: Option<f64>,
}

/// Calls to the platform's API.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiCalls {
    /// Calls made.
    pub calls: u64,
    /// Refused for lack of authorisation.
    pub failed_auth: u64,
    /// Refused because of too many calls.
    pub failed_throttled: u64,
    /// Failed on the platform's side, time-outs included.
    pub failed_server: u64,
    /// Refused as malformed.
    pub failed_client: u64,
    /// 95th percentile of the answer time, in milliseconds.
    pub latency_p95_ms: u32,
    /// Share of the call allowance still free, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle_headroom: Option<f64>,
}

impl ApiCalls {
    /// All failures together.
    #[must_use]
    pub const fn failed(&self) -> u64 {
        self.failed_auth
            .saturating_add(self.failed_throttled)
            .saturating_add(self.failed_server)
            .saturating_add(self.failed_client)
    }
}

/// The access token of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Whether the platform accepted it last time.
    pub valid: bool,
    /// When it expires; none when it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether it is renewed without a person.
    pub renews: bool,
}

/// Conversions of one window as seen from each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventCounts {
    /// Events from the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<u64>,
    /// Events from the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<u64>,
    /// Events seen on both sides, by event id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<u64>,
    /// Orders counted independently.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub independent: Option<u64>,
}

/// The state of the platform itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformState {
    /// Open incidents with limited effect.
    pub minor_incidents: u32,
    /// Open incidents with wide effect.
    pub major_incidents: u32,
    /// Changes this system asked for in the window.
    pub changes_requested: u64,
    /// How many of them the platform rejected.
    pub changes_rejected: u64,
    /// When the API version in use is switched off, if announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_sunset_at: Option<Timestamp>,
    /// Share of spend in campaigns that are still learning, 0 to 1.
    pub learning_share: f64,
}

/// What a detector saw in the delivery metrics.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryScan {
    /// Points looked at.
    pub points: u64,
    /// How many of them are anomalous.
    pub anomalous: u64,
    /// How far the farthest of them lies from what was expected, in robust standard deviations, whichever the side. One
    /// point a hundredfold off is one anomalous point among many; only this tells it from one that is merely unusual.
    pub farthest: f64,
}

impl DeliveryScan {
    /// No point.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            points: 0,
            anomalous: 0,
            farthest: 0.0,
        }
    }

    /// Both together: of several metrics, or of several stretches of time.
    ///
    /// ```
    /// use stratum_core::signal::DeliveryScan;
    /// let costs = DeliveryScan { points: 12, anomalous: 1, farthest: 92.0 };
    /// let clicks = DeliveryScan { points: 11, anomalous: 0, farthest: 2.5 };
    /// assert_eq!(costs.and(clicks), DeliveryScan { points: 23, anomalous: 1, farthest: 92.0 });
    /// ```
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            points: self.points.saturating_add(other.points),
            anomalous: self.anomalous.saturating_add(other.anomalous),
            farthest: if other.farthest > self.farthest {
                other.farthest
            } else {
                self.farthest
            },
        }
    }
}

/// Records received and what is wrong with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordCounts {
    /// Records received, duplicates included.
    pub records: u64,
    /// Break their schema.
    pub schema_violations: u64,
    /// Arrived before.
    pub duplicates: u64,
    /// Arrived late.
    pub late: u64,
    /// Dated in the future.
    pub future: u64,
    /// Lack a value where one must be.
    pub empty_values: u64,
}

/// How alive a feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// How far the newest complete data lies behind, in seconds.
    pub lag_seconds: u64,
    /// For how many hours the feed has repeated one and the same non-zero value.
    pub flat_hours: u32,
}

/// Revenue as the platform reports it and as the shop counted it, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revenue {
    /// What the platform reports.
    pub platform: f64,
    /// What the shop counted for the same conversions.
    pub independent: f64,
    /// Sum of the squared order values: says how many orders the total really rests on.
    pub independent_squares: f64,
}

/// Everything that bears on one scope. A field left out in JSON is a missing reading, not a healthy one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readings {
    /// What identifies the conversion events.
    #[serde(default = "Reading::not_supplied")]
    pub match_quality: Reading<MatchCounts>,
    /// Calls to the platform's API.
    #[serde(default = "Reading::not_supplied")]
    pub api_calls: Reading<ApiCalls>,
    /// The access token.
    #[serde(default = "Reading::not_supplied")]
    pub token: Reading<Token>,
    /// Conversions as seen from each side.
    #[serde(default = "Reading::not_supplied")]
    pub events: Reading<EventCounts>,
    /// The platform's own state.
    #[serde(default = "Reading::not_supplied")]
    pub platform: Reading<PlatformState>,
    /// Anomalies in delivery.
    #[serde(default = "Reading::not_supplied")]
    pub delivery: Reading<DeliveryScan>,
    /// Records and their defects.
    #[serde(default = "Reading::not_supplied")]
    pub records: Reading<RecordCounts>,
    /// How alive the metrics feed is.
    #[serde(default = "Reading::not_supplied")]
    pub feed: Reading<Feed>,
    /// Revenue from both sides.
    #[serde(default = "Reading::not_supplied")]
    pub revenue: Reading<Revenue>,
}

impl Readings {
    /// No reading at all.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            match_quality: Reading::not_supplied(),
            api_calls: Reading::not_supplied(),
            token: Reading::not_supplied(),
            events: Reading::not_supplied(),
            platform: Reading::not_supplied(),
            delivery: Reading::not_supplied(),
            records: Reading::not_supplied(),
            feed: Reading::not_supplied(),
            revenue: Reading::not_supplied(),
        }
    }
}

/// A value that cannot be true, and where it stands.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Impossible {
    /// The field, such as `events.measured.value.matched`.
    pub path: &'static str,
    /// Why it cannot be true.
    pub why: &'static str,
}

/// The first rule that is broken, as an error.
fn first_broken(rules: &[(bool, &'static str, &'static str)]) -> Result<(), Impossible> {
    match rules.iter().find(|(holds, _, _)| !holds) {
        Some((_, path, why)) => Err(Impossible { path, why }),
        None => Ok(()),
    }
}

const MORE_THAN_ALL: &str = "a part cannot exceed the whole";
const NOT_A_SHARE: &str = "a share lies between 0 and 1";
const FROM_THE_FUTURE: &str = "a measurement cannot be from the future";

fn is_share(x: f64) -> bool {
    (0.0..=1.0).contains(&x)
}

impl Readings {
    /// Whether all values can be true at `now`; the edge refuses readings that cannot.
    ///
    /// # Errors
    /// The first impossible value, with the path to its field.
    pub fn check(&self, now: Timestamp) -> Result<(), Impossible> {
        self.check_times(now)?;
        self.check_events()?;
        self.check_platform()?;
        self.check_records()
    }

    fn check_times(&self, now: Timestamp) -> Result<(), Impossible> {
        fn present<T>(reading: &Reading<T>, now: Timestamp) -> bool {
            reading.measured().is_none() || reading.usable(now).is_ok()
        }
        first_broken(&[
            (
                present(&self.match_quality, now),
                "match_quality.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.api_calls, now),
                "api_calls.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.token, now),
                "token.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.events, now),
                "events.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.platform, now),
                "platform.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.delivery, now),
                "delivery.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.records, now),
                "records.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.feed, now),
                "feed.measured.at",
                FROM_THE_FUTURE,
            ),
            (
                present(&self.revenue, now),
                "revenue.measured.at",
                FROM_THE_FUTURE,
            ),
        ])
    }

    fn check_events(&self) -> Result<(), Impossible> {
        if let Some(m) = self.match_quality.measured() {
            let v = &m.value;
            let carried = v.keys.as_array().iter().all(|n| *n <= v.events);
            let score = v.platform_score.is_none_or(|s| (0.0..=10.0).contains(&s));
            let confirmed = v.confirmed.is_none_or(|n| n <= v.events);
            first_broken(&[
                (carried, "match_quality.measured.value.keys", MORE_THAN_ALL),
                (
                    confirmed,
                    "match_quality.measured.value.confirmed",
                    MORE_THAN_ALL,
                ),
                (
                    score,
                    "match_quality.measured.value.platform_score",
                    "the score lies between 0 and 10",
                ),
            ])?;
        }
        if let Some(m) = self.events.measured() {
            let v = &m.value;
            let most = v.browser.unwrap_or(0).min(v.server.unwrap_or(0));
            let matched = v.matched.is_none_or(|n| n <= most);
            first_broken(&[(matched, "events.measured.value.matched", MORE_THAN_ALL)])?;
        }
        Ok(())
    }

    fn check_platform(&self) -> Result<(), Impossible> {
        if let Some(m) = self.api_calls.measured() {
            let v = &m.value;
            first_broken(&[
                (
                    v.failed() <= v.calls,
                    "api_calls.measured.value.calls",
                    MORE_THAN_ALL,
                ),
                (
                    v.throttle_headroom.is_none_or(is_share),
                    "api_calls.measured.value.throttle_headroom",
                    NOT_A_SHARE,
                ),
            ])?;
        }
        if let Some(m) = self.platform.measured() {
            let v = &m.value;
            let rejected = v.changes_rejected <= v.changes_requested;
            first_broken(&[
                (
                    rejected,
                    "platform.measured.value.changes_rejected",
                    MORE_THAN_ALL,
                ),
                (
                    is_share(v.learning_share),
                    "platform.measured.value.learning_share",
                    NOT_A_SHARE,
                ),
            ])?;
        }
        if let Some(m) = self.delivery.measured() {
            let fits = m.value.anomalous <= m.value.points;
            let distance = m.value.farthest.is_finite() && m.value.farthest >= 0.0;
            first_broken(&[
                (fits, "delivery.measured.value.anomalous", MORE_THAN_ALL),
                (
                    distance,
                    "delivery.measured.value.farthest",
                    "a distance is a finite number, zero or more",
                ),
            ])?;
        }
        Ok(())
    }

    fn check_records(&self) -> Result<(), Impossible> {
        if let Some(m) = self.records.measured() {
            let v = &m.value;
            let n = v.records;
            first_broken(&[
                (
                    v.schema_violations <= n,
                    "records.measured.value.schema_violations",
                    MORE_THAN_ALL,
                ),
                (
                    v.duplicates <= n,
                    "records.measured.value.duplicates",
                    MORE_THAN_ALL,
                ),
                (v.late <= n, "records.measured.value.late", MORE_THAN_ALL),
                (
                    v.future <= n,
                    "records.measured.value.future",
                    MORE_THAN_ALL,
                ),
                (
                    v.empty_values <= n,
                    "records.measured.value.empty_values",
                    MORE_THAN_ALL,
                ),
            ])?;
        }
        if let Some(m) = self.revenue.measured() {
            let amount = |x: f64| x.is_finite() && x >= 0.0;
            let why = "revenue is a finite number, zero or more";
            first_broken(&[
                (
                    amount(m.value.platform),
                    "revenue.measured.value.platform",
                    why,
                ),
                (
                    amount(m.value.independent),
                    "revenue.measured.value.independent",
                    why,
                ),
                (
                    amount(m.value.independent_squares),
                    "revenue.measured.value.independent_squares",
                    why,
                ),
            ])?;
        }
        Ok(())
    }
}
