//! How old are the platform's numbers? A row that is written over all day long does not make them new.

use stratum_core::vocabulary::{CampaignId, Timestamp};
use stratum_server::jobs::gather_evidence::gather;
use stratum_store::metrics::{Granularity, MetricPeriod};

use crate::stage::{Stage, account, euros, tenant};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn row(granularity: Granularity, at: Timestamp, spend: &str) -> MetricPeriod {
    MetricPeriod {
        account: account(),
        campaign: CampaignId::new("c1").unwrap(),
        granularity,
        at,
        spend: euros(spend),
        impressions: 1000,
        clicks: 10,
        conversions: 1,
        revenue: euros("0"),
        learning: false,
    }
}

/// How many hours the numbers of the account (in Berlin) lie behind.
async fn lag_hours(now: &str, rows: &[(Granularity, &str)]) -> f64 {
    let stage = Stage::set().await;
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let rows: Vec<MetricPeriod> = rows
        .iter()
        .map(|(granularity, at)| row(*granularity, moment(at), "1"))
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
