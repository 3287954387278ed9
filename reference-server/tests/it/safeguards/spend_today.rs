//! What was spent today, as far as anybody knows? Only what was read lately counts, and of an hour across midnight all of it.

use serde_json::Value;
use stratum_core::trust::LimitRule;
use stratum_store::metrics::{Granularity, MetricPeriod};

use crate::stage::{Stage, account, ask, by_hand, euros, period, tenant};

/// What is said to a raise at noon UTC, when the campaign may have spent 50 today, in this time zone, with these rows.
async fn raised(zone: &str, granularity: Granularity, rows: &[(&str, &str)]) -> Value {
    let stage = Stage::set().await;
    let at_most = euros("50");
    stage.limited_by(LimitRule::SpendToday { at_most }).await;
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    let mut row = scope.account(&account()).await.unwrap().unwrap();
    row.time_zone = zone.to_owned();
    scope.put_account(&row).await.unwrap();
    let rows: Vec<MetricPeriod> = rows
        .iter()
        .map(|(at, spend)| period(granularity, at.parse().unwrap(), spend))
        .collect();
    scope.put_metrics(&rows).await.unwrap();
    scope.commit().await.unwrap();
    let body = serde_json::to_value(by_hand("p1", "100", "110")).unwrap();
    let (_, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    answer
}

fn first_reason(answer: &Value) -> &str {
    answer["reasons"][0]["code"].as_str().unwrap()
}

#[tokio::test]
async fn spend_that_was_read_long_ago_is_not_known() {
    let hour = Granularity::Hour;
    let answer = raised("UTC", hour, &[("2026-11-25T05:00:00Z", "1")]).await;
    assert_eq!(first_reason(&answer), "limit_lacks", "{answer}");
    let answer = raised("UTC", hour, &[("2026-11-25T08:00:00Z", "1")]).await;
    assert_eq!(answer["verdict"], "pass", "{answer}");
}

#[tokio::test]
async fn the_hour_across_midnight_counts_as_todays() {
    // In Kolkata the day begins at half past six in the evening, UTC.
    let rows = [
        ("2026-11-24T18:00:00Z", "60"),
        ("2026-11-25T11:00:00Z", "1"),
    ];
    let answer = raised("Asia/Kolkata", Granularity::Hour, &rows).await;
    assert_eq!(first_reason(&answer), "limit_broken", "{answer}");
    let rows = [
        ("2026-11-24T17:00:00Z", "60"),
        ("2026-11-25T11:00:00Z", "1"),
    ];
    let answer = raised("Asia/Kolkata", Granularity::Hour, &rows).await;
    assert_eq!(answer["verdict"], "pass", "{answer}");
}

#[tokio::test]
async fn a_day_that_has_not_ended_says_nothing_about_the_last_hours() {
    let rows = [("2026-11-25T00:00:00Z", "1")];
    let answer = raised("UTC", Granularity::Day, &rows).await;
    assert_eq!(first_reason(&answer), "limit_lacks", "{answer}");
}
