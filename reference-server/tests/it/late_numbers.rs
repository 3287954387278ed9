//! How old are the platform's numbers, and who looks at those that come late? A row written over all day long is not new.

use chrono::TimeDelta;
use stratum_core::numeric::Chance;
use stratum_core::signal::DeliveryScan;
use stratum_core::vocabulary::{CampaignId, Timestamp};
use stratum_server::jobs::gather_evidence::delivery_watch::DeliveryWatches;
use stratum_server::jobs::gather_evidence::gather;
use stratum_store::metrics::{DeliveryPoint, Granularity};

use crate::stage::{Stage, account, period, tenant};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// How many hours the numbers of the account (in Berlin) lie behind.
async fn lag_hours(now: &str, rows: &[(Granularity, &str)]) -> f64 {
    let stage = Stage::set().await;
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|(granularity, at)| period(*granularity, moment(at), "1"))
        .collect();
    scope.put_metrics(&rows).await.unwrap();
    let about = scope.account(&account()).await.unwrap().unwrap();
    let evidence = gather(&mut scope, &stage.desk.watches, &about, None, moment(now))
        .await
        .unwrap();
    let feed = evidence.readings.feed.measured().unwrap().value;
    f64::from(u32::try_from(feed.lag_seconds).unwrap()) / 3600.0
}

#[tokio::test]
async fn a_day_that_has_not_ended_does_not_make_the_feed_new() {
    let (day, hour) = (Granularity::Day, Granularity::Hour);
    let today = (day, "2026-11-24T23:00:00Z");
    let lag = lag_hours("2026-11-25T12:00:00Z", &[today]).await;
    assert!((lag - 13.0).abs() < 1e-9, "since midnight in Berlin: {lag}");
    let lag = lag_hours("2026-11-25T23:30:00Z", &[today]).await;
    assert!((lag - 0.5).abs() < 1e-9, "the day has ended: {lag}");
    let hours = [today, (hour, "2026-11-25T10:00:00Z")];
    let lag = lag_hours("2026-11-25T12:00:00Z", &hours).await;
    assert!((lag - 1.0).abs() < 1e-9, "hours say more: {lag}");
}

#[tokio::test]
async fn a_day_is_as_long_as_the_accounts_clocks_make_it() {
    // The clocks go back on the 25th of October: that day has twenty-five hours.
    let longest = [(Granularity::Day, "2026-10-24T22:00:00Z")];
    let lag = lag_hours("2026-10-25T22:30:00Z", &longest).await;
    assert!((lag - 24.5).abs() < 1e-9, "it has not ended: {lag}");
    let lag = lag_hours("2026-10-25T23:30:00Z", &longest).await;
    assert!((lag - 0.5).abs() < 1e-9, "it has: {lag}");
}

const HOUR: TimeDelta = TimeDelta::hours(1);

/// Stores an hour's spend, rising and falling a little with the hour.
async fn stored(stage: &Stage, at: Timestamp, factor: f64) {
    let spend =
        (10.0 + f64::from(u32::try_from(at.timestamp() / 3600 % 5).unwrap()) / 10.0) * factor;
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let rows = [period(Granularity::Hour, at, &format!("{spend:.2}"))];
    scope.put_metrics(&rows).await.unwrap();
    scope.commit().await.unwrap();
}

async fn scanned(stage: &Stage, now: Timestamp) -> Option<DeliveryScan> {
    let mut scope = stage.desk.store.tenant(&tenant()).read().await.unwrap();
    let scan = stage.desk.watches.scan(&mut scope, &account(), now).await;
    scan.unwrap()
}

#[tokio::test]
async fn numbers_that_come_late_are_looked_at_all_the_same() {
    let stage = Stage::set().await;
    let begin = moment("2026-11-20T00:00:00Z");
    for hour in 0..60 {
        stored(&stage, begin + HOUR * hour, 1.0).await;
    }
    let before = scanned(&stage, begin + HOUR * 60).await.unwrap();
    assert_eq!(before.anomalous, 0, "{before:?}");
    // From here on each hour is asked about before its numbers are there.
    for hour in 60..72 {
        scanned(&stage, begin + HOUR * (hour + 1)).await;
        stored(&stage, begin + HOUR * hour, 8.0).await;
    }
    let after = scanned(&stage, begin + HOUR * 72).await.unwrap();
    assert!(after.anomalous >= 6, "eight times the cost: {after:?}");
}

#[tokio::test]
async fn a_hundredfold_is_seen_in_its_first_hour_by_its_distance() {
    let stage = Stage::set().await;
    let begin = moment("2026-11-20T00:00:00Z");
    for hour in 0..60 {
        stored(&stage, begin + HOUR * hour, 1.0).await;
    }
    let before = scanned(&stage, begin + HOUR * 60).await.unwrap();
    assert!(before.farthest < 4.0, "{before:?}");
    stored(&stage, begin + HOUR * 60, 100.0).await;
    let after = scanned(&stage, begin + HOUR * 61).await.unwrap();
    assert_eq!(after.anomalous, 2, "both costs, one hour: {after:?}");
    assert!(after.farthest > 10.0, "{after:?}");
    // Twelve hours later it has left the window.
    let later = scanned(&stage, begin + HOUR * 73).await;
    assert_eq!(later, None, "nothing newer was reported");
}

#[tokio::test]
async fn an_imported_series_does_not_share_the_detector_of_a_metric_of_that_name() {
    let stage = Stage::set().await;
    let begin = moment("2026-11-20T00:00:00Z");
    let points = |value: f64| -> Vec<DeliveryPoint> {
        let point = |hour| DeliveryPoint {
            metric: "cost_per_click".into(),
            at: begin + HOUR * hour,
            value: value * (1.0 + f64::from(hour % 5) / 100.0),
        };
        (0..72).map(point).collect()
    };
    for hour in 0..72 {
        stored(&stage, begin + HOUR * hour, 1.0).await;
    }
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    // In another unit: a thousand times as much as what is derived from spend and clicks.
    scope
        .put_delivery_points(&account(), &points(1000.0))
        .await
        .unwrap();
    scope.commit().await.unwrap();
    let scan = scanned(&stage, begin + HOUR * 72).await.unwrap();
    assert_eq!(
        (scan.points, scan.anomalous),
        (33, 0),
        "three metrics of eleven whole hours"
    );
}

/// The answer of a server that was started this moment.
async fn scanned_cold(stage: &Stage, now: Timestamp) -> Option<DeliveryScan> {
    let mut scope = stage.desk.store.tenant(&tenant()).read().await.unwrap();
    let cold = DeliveryWatches::default();
    cold.scan(&mut scope, &account(), now).await.unwrap()
}

#[tokio::test]
async fn an_hour_that_is_replaced_is_judged_again() {
    let stage = Stage::set().await;
    let begin = moment("2026-11-20T00:00:00Z");
    for hour in 0..60 {
        stored(&stage, begin + HOUR * hour, 1.0).await;
    }
    let now = begin + HOUR * 60;
    assert_eq!(scanned(&stage, now).await.unwrap().anomalous, 0);
    stored(&stage, begin + HOUR * 57, 100.0).await;
    let warm = scanned(&stage, now).await;
    assert!(warm.unwrap().anomalous > 0, "{warm:?}");
    assert_eq!(warm, scanned_cold(&stage, now).await);
}

/// Stores what a platform might bring: mostly the newest hour, at times an old one, another campaign or a point of a series.
async fn something_stored(stage: &Stage, chance: &mut Chance, newest: Timestamp) {
    let ago = if chance.happens(0.3) {
        chance.index(30)
    } else {
        0
    };
    let at = newest - HOUR * i32::try_from(ago).unwrap();
    let value = [10.0, 11.0, 12.0, 80.0, 1000.0][chance.index(5)] + chance.share();
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    if chance.happens(0.2) {
        let metric = ["reach", "rank"][chance.index(2)].into();
        let point = DeliveryPoint { metric, at, value };
        scope
            .put_delivery_points(&account(), &[point])
            .await
            .unwrap();
    } else {
        let mut row = period(Granularity::Hour, at, &format!("{value:.2}"));
        row.campaign = CampaignId::new(["c1", "c2"][chance.index(2)]).unwrap();
        scope.put_metrics(&[row]).await.unwrap();
    }
    scope.commit().await.unwrap();
}

#[tokio::test]
async fn after_any_mix_of_new_late_and_replaced_hours_a_warm_answer_is_the_cold_one() {
    for seed in 0..4 {
        let stage = Stage::set().await;
        let mut chance = Chance::new(seed, 0);
        // Across the end of a week, where the reading begins anew; every second time also across a silence.
        let mut newest = moment("2026-11-20T00:00:00Z");
        let mut judged = 0;
        for step in 0..150 {
            let silence = step == 110 && seed % 2 == 1;
            newest += HOUR
                * if silence {
                    240
                } else {
                    i32::from(chance.happens(0.8))
                };
            for _ in 0..=chance.index(2) {
                something_stored(&stage, &mut chance, newest).await;
            }
            // At times nobody asks, and at times before the newest hour has ended.
            if chance.happens(0.3) {
                continue;
            }
            let now = newest + HOUR * i32::from(chance.happens(0.7));
            let warm = scanned(&stage, now).await;
            let cold = scanned_cold(&stage, now).await;
            assert_eq!(warm, cold, "seed {seed}, step {step}");
            judged += usize::from(warm.is_some());
        }
        assert!(judged > 30, "{judged}");
    }
}
