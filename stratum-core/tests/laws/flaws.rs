//! What can be wrong with evidence? Each flaw makes sound or already flawed evidence worse in one way, by a share.
//!
//! Not here: what health makes of it.

use chrono::TimeDelta;
use proptest::prelude::*;
use stratum_core::numeric::from_u64;
use stratum_core::numeric::functions::nearest_count;
use stratum_core::trust::Evidence;
use stratum_core::vocabulary::{Measured, Reading};

use crate::worlds::{missing, now};

/// One flaw with how far it goes, from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flaw {
    kind: Kind,
    share: f64,
}

macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Kind { $($name),* }
        const KINDS: &[Kind] = &[$(Kind::$name),*];
    };
}

kinds!(
    NotMeasured,
    Old,
    FewerKeys,
    LessConfirmed,
    CallsFail,
    Slow,
    NoHeadroom,
    TokenEnds,
    TokenInvalid,
    ServerLost,
    BothLost,
    Unmatched,
    Doubled,
    Incidents,
    Anomalies,
    Rejected,
    Sunset,
    Learning,
    Schema,
    Duplicates,
    Late,
    Future,
    Empty,
    Lagging,
    Flat,
    RevenueGap,
);

pub(crate) fn flaw() -> impl Strategy<Value = Flaw> {
    let share = prop_oneof![3 => 0.0..0.15, 2 => 0.0..1.0, 1 => Just(1.0)];
    (prop::sample::select(KINDS), share).prop_map(|(kind, share)| Flaw { kind, share })
}

/// This share of a count.
fn of(share: f64, n: u64) -> u64 {
    nearest_count(share * from_u64(n))
}

fn small(x: f64) -> u32 {
    u32::try_from(nearest_count(x)).unwrap()
}

fn whole(x: f64) -> i64 {
    i64::try_from(nearest_count(x)).unwrap()
}

fn value<T>(reading: &mut Reading<T>, change: impl FnOnce(&mut T)) {
    if let Reading::Measured(measured) = reading {
        change(&mut measured.value);
    }
}

fn older<T>(reading: &mut Reading<T>, by: TimeDelta) {
    if let Reading::Measured(Measured { at, .. }) = reading {
        *at -= by;
    }
}

impl Flaw {
    /// Whether the reading is worse whichever way one looks at it. A lower match count is not: with the same counts on
    /// both sides it says that more conversions were seen. Nor are doubled events: they fill up what is lost.
    pub(crate) fn is_plainly_worse(&self) -> bool {
        !matches!(
            self.kind,
            Kind::NotMeasured | Kind::Unmatched | Kind::Doubled
        )
    }

    pub(crate) fn spoil(self, evidence: &mut Evidence) {
        if self.spoil_age(evidence) || self.spoil_records(evidence) || self.spoil_events(evidence) {
            return;
        }
        let share = self.share;
        let readings = &mut evidence.readings;
        match self.kind {
            Kind::FewerKeys => value(&mut readings.match_quality, |m| {
                for n in [
                    &mut m.keys.email,
                    &mut m.keys.phone,
                    &mut m.keys.click_id,
                    &mut m.keys.external_id,
                    &mut m.keys.browser_id,
                    &mut m.keys.ip_and_agent,
                    &mut m.keys.name_and_address,
                ] {
                    *n -= of(share, *n);
                }
            }),
            Kind::LessConfirmed => value(&mut readings.match_quality, |m| {
                m.confirmed = m.confirmed.map(|n| n - of(share, n));
            }),
            Kind::CallsFail => value(&mut readings.api_calls, |c| {
                c.failed_server += of(share, c.calls - c.failed());
            }),
            Kind::Slow => value(&mut readings.api_calls, |c| {
                c.latency_p95_ms += small(share * 20_000.0);
            }),
            Kind::NoHeadroom => value(&mut readings.api_calls, |c| {
                c.throttle_headroom = c.throttle_headroom.map(|h| h * (1.0 - share));
            }),
            Kind::TokenEnds => value(&mut readings.token, |t| {
                let ends = now() + TimeDelta::seconds(whole((1.0 - share) * 900_000.0));
                t.expires_at = Some(t.expires_at.map_or(ends, |at| at.min(ends)));
                t.renews = false;
            }),
            Kind::TokenInvalid => value(&mut readings.token, |t| t.valid = false),
            Kind::Incidents => value(&mut readings.platform, |p| {
                p.minor_incidents += small(share * 5.0);
                p.major_incidents += u32::from(share > 0.9);
            }),
            Kind::Anomalies => value(&mut readings.delivery, |d| {
                d.anomalous += of(share, d.points - d.anomalous);
                d.farthest += share * 30.0;
            }),
            Kind::Rejected => value(&mut readings.platform, |p| {
                p.changes_rejected += of(share, p.changes_requested - p.changes_rejected);
            }),
            Kind::Sunset => value(&mut readings.platform, |p| {
                let ends = now() + TimeDelta::seconds(whole((1.0 - share) * 9e6));
                p.api_sunset_at = Some(p.api_sunset_at.map_or(ends, |at| at.min(ends)));
            }),
            Kind::Learning => value(&mut readings.platform, |p| {
                p.learning_share += share * (1.0 - p.learning_share);
            }),
            _ => panic!("spoiled above"),
        }
    }

    fn spoil_age(self, evidence: &mut Evidence) -> bool {
        let readings = &mut evidence.readings;
        // The decimals choose the reading, so that a share of one hides or ages nothing more than a share of a half.
        let which = small(self.share * 900.0) % 10;
        match self.kind {
            Kind::NotMeasured => match which {
                0 => missing(&mut readings.match_quality),
                1 => missing(&mut readings.api_calls),
                2 => missing(&mut readings.token),
                3 => missing(&mut readings.events),
                4 => missing(&mut readings.platform),
                5 => missing(&mut readings.delivery),
                6 => missing(&mut readings.records),
                7 => missing(&mut readings.feed),
                8 => missing(&mut readings.revenue),
                _ => missing(&mut evidence.performance),
            },
            Kind::Old => {
                let by = TimeDelta::seconds(whole(self.share * 400_000.0));
                match which {
                    0 => older(&mut readings.match_quality, by),
                    1 => older(&mut readings.api_calls, by),
                    2 => older(&mut readings.token, by),
                    3 => older(&mut readings.events, by),
                    4 => older(&mut readings.platform, by),
                    5 => older(&mut readings.delivery, by),
                    6 => older(&mut readings.records, by),
                    7 => older(&mut readings.feed, by),
                    8 => older(&mut readings.revenue, by),
                    _ => older(&mut evidence.performance, by),
                }
            }
            _ => return false,
        }
        true
    }

    fn spoil_events(self, evidence: &mut Evidence) -> bool {
        let share = self.share;
        value(&mut evidence.readings.events, |e| {
            let (Some(b), Some(s), Some(m)) = (e.browser, e.server, e.matched) else {
                return;
            };
            let lost = of(share, m);
            // Losing events hides a surplus, which is no worse reading of it.
            let orders = e.independent.unwrap_or(0);
            let surplus = b > orders || s > orders || b + s - m > orders;
            match self.kind {
                // the server's half of matched pairs: as many conversions reported, fewer of them twice
                Kind::ServerLost if !surplus => {
                    (e.server, e.matched) = (Some(s - lost), Some(m - lost));
                }
                Kind::BothLost if !surplus => {
                    (e.browser, e.server, e.matched) =
                        (Some(b - lost), Some(s - lost), Some(m - lost));
                }
                Kind::Unmatched => e.matched = Some(m - lost),
                Kind::Doubled => e.server = Some(s + of(share, s)),
                _ => {}
            }
        });
        matches!(
            self.kind,
            Kind::ServerLost | Kind::BothLost | Kind::Unmatched | Kind::Doubled
        )
    }

    fn spoil_records(self, evidence: &mut Evidence) -> bool {
        let share = self.share;
        let readings = &mut evidence.readings;
        match self.kind {
            Kind::Schema => value(&mut readings.records, |r| {
                r.schema_violations += of(share, r.records - r.schema_violations);
            }),
            Kind::Duplicates => value(&mut readings.records, |r| {
                r.duplicates += of(share, r.records - r.duplicates);
            }),
            Kind::Late => value(&mut readings.records, |r| {
                r.late += of(share, r.records - r.late);
            }),
            Kind::Future => value(&mut readings.records, |r| {
                r.future += of(share, r.records - r.future);
            }),
            Kind::Empty => value(&mut readings.records, |r| {
                r.empty_values += of(share, r.records - r.empty_values);
            }),
            Kind::Lagging => value(&mut readings.feed, |f| f.lag_seconds += of(share, 200_000)),
            Kind::Flat => value(&mut readings.feed, |f| f.flat_hours += small(share * 30.0)),
            Kind::RevenueGap => value(&mut readings.revenue, |r| r.platform *= 1.0 - share),
            _ => return false,
        }
        true
    }
}
