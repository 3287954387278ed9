//! Does anything make it stop in the middle? Numbers and dates at the ends of their types, and everything in between.
//!
//! Not here: text that is no JSON (the fuzz targets).

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use rust_decimal::Decimal;
use stratum_core::ledger::{Body, Chain, ReviewRecord};
use stratum_core::signal::{
    ApiCalls, Curve, DeliveryScan, EventCounts, Feed, KeyCounts, MatchCounts, PlatformState,
    Readings, RecordCounts, Revenue, Token,
};
use stratum_core::trust::{Action, Performance, Rate};
use stratum_core::vocabulary::{Measured, Money, Reading, Source, TenantId, Timestamp};
use stratum_core::wire::{HealthAnswer, HealthCall, ReviewCall, health, review};

use crate::cases;
use crate::worlds::{World, now, world};

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX - 1),
        0_u64..1000
    ]
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        prop::sample::select(vec![
            0.0,
            -0.0,
            1.0,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ]),
    ]
}

fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        4 => (-1_000_000_i64..1_000_000).prop_map(|s| now() + chrono::TimeDelta::seconds(s)),
        1 => prop::sample::select(vec![
            DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH,
            "1969-12-31T23:59:59.999999999Z".parse().unwrap(), "2016-12-31T23:59:60Z".parse().unwrap(),
        ]),
    ]
}

fn money() -> impl Strategy<Value = Money> {
    let amount = prop::sample::select(vec![
        "1000000000000",
        "-1000000000000",
        "0",
        "1",
        "-1",
        "999999999999",
        "7",
    ]);
    let currency = prop::sample::select(vec!["EUR", "EUR", "JPY", "KWD"]);
    (amount, currency).prop_map(|(amount, currency)| Money::parse(amount, currency).unwrap())
}

fn reading<T: std::fmt::Debug + Clone + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Reading<T>> {
    (value, moment(), any::<u32>(), count())
        .prop_map(|(value, at, window_seconds, observations)| {
            Reading::Measured(Measured {
                value,
                at,
                window_seconds,
                observations,
                source: Source::Import,
            })
        })
        .boxed()
}

fn of_platform() -> impl Strategy<
    Value = (
        Reading<ApiCalls>,
        Reading<Token>,
        Reading<PlatformState>,
        Reading<DeliveryScan>,
    ),
> {
    let calls = (
        prop::array::uniform5(count()),
        any::<u32>(),
        prop::option::of(float()),
    )
        .prop_map(
            |(
                [
                    calls,
                    failed_auth,
                    failed_throttled,
                    failed_server,
                    failed_client,
                ],
                latency_p95_ms,
                throttle_headroom,
            )| ApiCalls {
                calls,
                failed_auth,
                failed_throttled,
                failed_server,
                failed_client,
                latency_p95_ms,
                throttle_headroom,
            },
        );
    let token = (any::<bool>(), prop::option::of(moment()), any::<bool>()).prop_map(
        |(valid, expires_at, renews)| Token {
            valid,
            expires_at,
            renews,
        },
    );
    let state = (
        any::<[u32; 2]>(),
        [count(), count()],
        prop::option::of(moment()),
        float(),
    )
        .prop_map(
            |(
                [minor_incidents, major_incidents],
                [changes_requested, changes_rejected],
                api_sunset_at,
                learning_share,
            )| PlatformState {
                minor_incidents,
                major_incidents,
                changes_requested,
                changes_rejected,
                api_sunset_at,
                learning_share,
            },
        );
    let scan =
        ([count(), count()], float()).prop_map(|([points, anomalous], farthest)| DeliveryScan {
            points,
            anomalous,
            farthest,
        });
    (
        reading(calls),
        reading(token),
        reading(state),
        reading(scan),
    )
}

fn of_events() -> impl Strategy<Value = (Reading<MatchCounts>, Reading<EventCounts>)> {
    let matches = (
        prop::array::uniform8(count()),
        prop::option::of(count()),
        prop::option::of(float()),
    )
        .prop_map(
            |(
                [
                    events,
                    email,
                    phone,
                    click_id,
                    external_id,
                    browser_id,
                    ip_and_agent,
                    name_and_address,
                ],
                confirmed,
                platform_score,
            )| MatchCounts {
                events,
                keys: KeyCounts {
                    email,
                    phone,
                    click_id,
                    external_id,
                    browser_id,
                    ip_and_agent,
                    name_and_address,
                },
                confirmed,
                platform_score,
            },
        );
    let some = || prop::option::weighted(0.9, count());
    let events =
        (some(), some(), some(), some()).prop_map(|(browser, server, matched, independent)| {
            EventCounts {
                browser,
                server,
                matched,
                independent,
            }
        });
    (reading(matches), reading(events))
}

fn of_records() -> impl Strategy<Value = (Reading<RecordCounts>, Reading<Feed>, Reading<Revenue>)> {
    let records = prop::array::uniform6(count()).prop_map(
        |[
            records,
            schema_violations,
            duplicates,
            late,
            future,
            empty_values,
        ]| RecordCounts {
            records,
            schema_violations,
            duplicates,
            late,
            future,
            empty_values,
        },
    );
    let feed = (count(), any::<u32>()).prop_map(|(lag_seconds, flat_hours)| Feed {
        lag_seconds,
        flat_hours,
    });
    let revenue =
        [float(), float(), float()].prop_map(|[platform, independent, independent_squares]| {
            Revenue {
                platform,
                independent,
                independent_squares,
            }
        });
    (reading(records), reading(feed), reading(revenue))
}

fn readings() -> impl Strategy<Value = Readings> {
    (
        of_platform().boxed(),
        of_events().boxed(),
        of_records().boxed(),
    )
        .prop_map(
            |(
                (api_calls, token, platform, delivery),
                (match_quality, events),
                (records, feed, revenue),
            )| Readings {
                match_quality,
                api_calls,
                token,
                events,
                platform,
                delivery,
                records,
                feed,
                revenue,
            },
        )
}

fn extreme_world() -> BoxedStrategy<World> {
    let rates = prop::collection::vec(
        (
            prop::sample::select(vec!["EUR", "JPY", "KWD"]),
            prop::sample::select(vec![
                Decimal::MAX,
                Decimal::MIN,
                Decimal::ZERO,
                Decimal::ONE,
                Decimal::new(1, 28),
                Decimal::from(10_000_000_000_000_000_u64),
            ]),
        ),
        0..4,
    );
    let sums = prop::collection::vec((money(), money(), moment()), 0..8);
    (
        world().boxed(),
        readings().boxed(),
        (money(), money(), money(), moment()),
        moment(),
        rates,
        sums,
    )
        .prop_map(
            |(mut world, readings, (a, b, c, performed), now, rates, sums)| {
                world.evidence.readings = readings;
                let performance = Performance {
                    spend_today: a,
                    spend: b,
                    revenue: c,
                };
                world.evidence.performance = crate::worlds::measured(performance, 1, performed);
                if let Action::SetDailyBudget { before, after, .. }
                | Action::SetBid { before, after, .. } = &mut world.proposal.action
                {
                    (*before, *after) = (Some(a), b);
                }
                world.now = now;
                world
                    .view
                    .rates
                    .extend(rates.into_iter().map(|(from, rate)| Rate {
                        from: from.parse().unwrap(),
                        to: "EUR".parse().unwrap(),
                        rate,
                    }));
                let template = world.view.applied.first().cloned();
                world
                    .view
                    .applied
                    .extend(sums.into_iter().zip(template.into_iter().cycle()).map(
                        |((before, after, at), mut change)| {
                            (change.before, change.after, change.at) =
                                (Some(before), Some(after), at);
                            change
                        },
                    ));
                world
            },
        )
        .boxed()
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn no_input_panics(world in extreme_world()) {
        let review_of_world = world.review();
        let body = Body::Review(Box::new(ReviewRecord::new(&review_of_world, &world.evidence, &world.policy, &world.view, world.now)));
        let tenant = TenantId::new("north").unwrap();
        prop_assert!(Chain::begin(&tenant).append(&body, world.now).is_ok());
        let health_of_world = review_of_world.health;
        let answer = HealthAnswer::of(&health_of_world);
        // Neither NaN nor infinity leaves the house as a score.
        for component in &answer.components {
            prop_assert!((0.0..=100.0).contains(&component.low) && (0.0..=100.0).contains(&component.high));
            prop_assert!(component.low <= component.high, "{:?}", component);
            for measure in &component.measures {
                prop_assert!(measure.value.is_none_or(f64::is_finite), "{:?}", measure);
            }
        }
        // The edge answers or refuses; what it lets through is as good.
        let call = HealthCall {
            evidence: world.evidence.clone(),
            policy: Some(world.policy.settings().clone()),
            memory: world.view.memory,
            now: world.now,
        };
        let refused = health(&call).is_err();
        let call = ReviewCall {
            proposal: world.proposal.clone(),
            evidence: world.evidence.clone(),
            policy: Some(world.policy.settings().clone()),
            view: Some(world.view.clone()),
            now: world.now,
        };
        prop_assert_eq!(review(call).is_err(), refused);
    }

    #[test]
    fn a_curve_stays_within_its_scores(
        points in prop::collection::vec((float(), 0.0..=100.0_f64), 2..6),
        values in prop::array::uniform2(float()),
        needed in 0.0..=100.0_f64,
    ) {
        let mut points = points;
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut scores: Vec<f64> = points.iter().map(|p| p.1).collect();
        scores.sort_by(f64::total_cmp);
        for (point, score) in points.iter_mut().zip(&scores) {
            point.1 = *score;
        }
        let Ok(curve) = Curve::new(points) else { return Ok(()) };
        let (least, most) = (scores[0], scores[scores.len() - 1]);
        for value in values.into_iter().filter(|v| !v.is_nan()) {
            let score = curve.score(value).value();
            prop_assert!(least - 1e-9 <= score && score <= most + 1e-9, "{} at {}", score, value);
        }
        if let Some(value) = curve.value_reaching(needed) {
            prop_assert!(value.is_finite());
        }
    }
}
