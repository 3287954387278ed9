//! Can a file become rows that cannot be?
//!
//! Any bytes, as CSV and as JSON, as every kind of rows: no panic. Rows that are accepted: nothing from the future, nothing
//! negative, nothing that is no number; no part exceeds its whole. Touches and conversions that are accepted become journeys, in
//! which none is lost; only a second currency, and values beyond 64 bits, may keep conversions from it.

use stratum_core::customer::journey::{Conversion, JourneyRules, Journeys, Touchpoint};
use stratum_core::signal::MeasurementPlan;
use stratum_core::vocabulary::{AccountId, EventName, Money, Platform, Timestamp};
use stratum_server::imports::{
    CustomerKind, CustomerUpload, Format, Known, MAX_AHEAD, Repeated, Table, Upload, UploadKind,
};
use stratum_store::Account;

/// Holds the demands against these bytes.
pub fn run(bytes: &[u8]) {
    let account = account();
    let delivery = UploadKind::Delivery {
        account: account.id.clone(),
        metric: "m".to_owned(),
        repeated: Repeated::Last,
    };
    let accounts = [account];
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().expect("a time");
    let known = Known::new(&accounts, &[], now);
    for format in [Format::Csv, Format::Json] {
        let Ok(table) = Table::read(bytes, format) else {
            continue;
        };
        for kind in [
            UploadKind::Metrics,
            UploadKind::Orders,
            UploadKind::ApiCalls,
            UploadKind::PlatformStatus,
            delivery.clone(),
        ] {
            match Upload::read(&kind, &table, &known) {
                Ok(upload) => possible(&upload, now + MAX_AHEAD),
                Err(error) => assert!(error.code().starts_with("import.")),
            }
        }
        for kind in [CustomerKind::Touchpoints, CustomerKind::Conversions] {
            match CustomerUpload::read(kind, &table, now) {
                Ok(upload) => of_persons(&upload, now + MAX_AHEAD),
                Err(error) => assert!(error.code().starts_with("import.")),
            }
        }
    }
}

fn of_persons(upload: &CustomerUpload, latest: Timestamp) {
    match upload {
        CustomerUpload::Touchpoints(rows) => {
            let built = journeys(rows, &[], latest).expect("touches become journeys");
            assert!(built.is_empty() == rows.is_empty());
            let totals = built.totals();
            let lost = rows.len() as u64 - totals.touches - totals.touches_without_window;
            assert_eq!(lost, 0, "each touch is in a journey or has no window");
        }
        CustomerUpload::Conversions(rows) => match journeys(&[], rows, latest) {
            Ok(built) => {
                let totals = built.totals();
                let conversions = totals.untouched.conversions + totals.duplicates.conversions;
                assert_eq!(conversions, rows.len() as u64);
                assert!(totals.untouched.value_minor >= 0);
            }
            Err(code) => assert!(
                ["journeys.mixed_currencies", "journeys.too_much_value"].contains(&code),
                "{code}"
            ),
        },
    }
}

fn journeys(
    touches: &[Touchpoint],
    sales: &[Conversion],
    latest: Timestamp,
) -> Result<Journeys, &'static str> {
    let rules = JourneyRules::baseline_2026_11();
    Journeys::build(touches, sales, &rules, latest).map_err(|error| error.code())
}

fn possible(upload: &Upload, latest: Timestamp) {
    let zero = |money: &Money| *money == Money::zero(money.currency()) || money.is_positive();
    match upload {
        Upload::Metrics(rows) => {
            assert!(
                rows.iter()
                    .all(|r| r.at <= latest && zero(&r.spend) && zero(&r.revenue))
            );
            assert!(
                rows.iter()
                    .all(|r| r.spend.currency() == r.revenue.currency())
            );
        }
        Upload::Orders(rows) => {
            assert!(
                rows.iter()
                    .all(|r| r.placed_at <= latest && zero(&r.amount))
            );
        }
        Upload::ApiCalls(rows) => {
            assert!(
                rows.iter()
                    .all(|r| r.hour <= latest && r.calls.failed() <= r.calls.calls)
            );
        }
        Upload::Delivery { points, .. } => {
            assert!(points.iter().all(|p| p.at <= latest && p.value.is_finite()));
        }
        Upload::PlatformStatus(rows) => assert!(!rows.is_empty()),
    }
}

fn account() -> Account {
    Account {
        id: AccountId::new("act_1").expect("an id"),
        platform: Platform::Meta,
        name: String::new(),
        currency: "EUR".parse().expect("a currency"),
        time_zone: "Europe/Berlin".to_owned(),
        conversion_event: EventName::new("purchase").expect("a name"),
        plan: MeasurementPlan {
            browser_events: true,
            server_events: true,
            independent_orders: true,
            match_confirmation: false,
            throttle_headroom: false,
        },
    }
}
