//! Any bytes: rows or errors, never a panic; and the same rows from CSV and from JSON.

use proptest::prelude::*;
use stratum_core::signal::MeasurementPlan;
use stratum_core::vocabulary::{AccountId, EventName, Platform};
use stratum_server::imports::{Format, ImportError, Known, Repeated, Table, Upload, UploadKind};
use stratum_store::Account;

use super::world::{NOW, at};

fn account() -> Account {
    Account {
        id: AccountId::new("act_1").unwrap(),
        platform: Platform::Meta,
        name: String::new(),
        currency: "EUR".parse().unwrap(),
        time_zone: "Europe/Berlin".to_owned(),
        conversion_event: EventName::new("purchase").unwrap(),
        plan: MeasurementPlan {
            browser_events: true,
            server_events: true,
            independent_orders: true,
            match_confirmation: false,
            throttle_headroom: false,
        },
    }
}

fn kinds() -> [UploadKind; 5] {
    [
        UploadKind::Metrics,
        UploadKind::Orders,
        UploadKind::ApiCalls,
        UploadKind::PlatformStatus,
        UploadKind::Delivery {
            account: account().id,
            metric: "m".to_owned(),
            repeated: Repeated::Refuse,
        },
    ]
}

fn read(kind: &UploadKind, bytes: &[u8], format: Format) -> Result<Upload, ImportError> {
    let accounts = [account()];
    let known = Known::new(&accounts, &[], at(NOW));
    Upload::read(kind, &Table::read(bytes, format)?, &known)
}

fn cell() -> impl Strategy<Value = String> {
    let likely = vec![
        "",
        "act_1",
        "cmp_1",
        "EUR",
        "XXQ",
        "0",
        "7",
        "-1",
        "NaN",
        "inf",
        "1e308",
        "1e-400",
        "12.50",
        "2026-11-25T10:00:00Z",
        "2026-11-25",
        "9999-12-31",
        "+262143-01-01T00:00:00Z",
        "true",
        "token",
        "incident",
        "state",
        "match",
        "99999999999999999999999999999999",
        "\u{0}",
    ];
    prop_oneof![
        4 => prop::sample::select(likely).prop_map(str::to_owned),
        1 => "\\PC{0,10}",
    ]
}

const COLUMNS: [&str; 24] = [
    "account",
    "campaign",
    "at",
    "day",
    "spend",
    "impressions",
    "clicks",
    "conversions",
    "revenue",
    "currency",
    "order_id",
    "placed_at",
    "amount",
    "calls",
    "latency_p95_ms",
    "timestamp",
    "value",
    "kind",
    "valid",
    "id",
    "platform",
    "severity",
    "learning_share",
    "events",
];

proptest! {
    #[test]
    fn any_bytes_give_rows_or_errors(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for kind in kinds() {
            for format in [Format::Csv, Format::Json] {
                let _ = read(&kind, &bytes, format);
            }
        }
    }

    #[test]
    fn likely_cells_give_rows_or_errors_with_a_code(
        columns in prop::sample::subsequence(COLUMNS.to_vec(), 1..12),
        cells in prop::collection::vec(prop::collection::vec(cell(), 12), 1..6),
    ) {
        let rows: Vec<serde_json::Value> = cells.iter().map(|row| {
            let named = columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), cell.as_str().into()));
            serde_json::Value::Object(named.collect())
        }).collect();
        let body = serde_json::to_vec(&rows).unwrap();
        for kind in kinds() {
            if let Err(error) = read(&kind, &body, Format::Json) {
                prop_assert!(error.code().starts_with("import."));
            }
        }
    }

    #[test]
    fn csv_and_json_say_the_same(
        orders in prop::collection::btree_map("[a-z,\"]{1,8}", (0..9_999_999_i64, 0..86_400_i64), 1..20),
    ) {
        let mut csv = String::from("order_id,placed_at,amount,currency\n");
        let mut json = Vec::new();
        for (id, (cents, second)) in &orders {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            let when = (at("2026-11-24T00:00:00Z") + chrono::TimeDelta::seconds(*second)).to_rfc3339();
            csv.push_str(&format!("\"{}\",{when},{amount},EUR\n", id.replace('"', "\"\"")));
            json.push(serde_json::json!({
                "order_id": id, "placed_at": when, "amount": amount, "currency": "EUR",
            }));
        }
        let from_csv = read(&UploadKind::Orders, csv.as_bytes(), Format::Csv).unwrap();
        let from_json = read(&UploadKind::Orders, &serde_json::to_vec(&json).unwrap(), Format::Json).unwrap();
        prop_assert_eq!(from_csv.rows(), orders.len());
        prop_assert_eq!(from_csv, from_json);
    }
}
