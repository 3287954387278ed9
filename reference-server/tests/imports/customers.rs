//! Are touches and conversions of persons taken like everything else: whole or not at all, again without doubling?

use axum::http::StatusCode;
use proptest::prelude::*;
use serde_json::json;
use stratum_core::customer::journey::TouchKind;
use stratum_core::vocabulary::Platform;
use stratum_server::imports::{CustomerKind, CustomerUpload, Format, MAX_AHEAD, Table};

use super::world::{NOW, World, at};

const CSV: (&str, &str) = ("content-type", "text/csv");
const TOUCHES: &str = "\
person,channel,kind,at,platform
ada,social,click,2026-11-20T09:00:00Z,meta
ada,\"search, brand\",View,2026-11-21 10:00:00,Google
bob,newsletter,click,2026-11-22T09:00:00+01:00,
";
const SALES: &str = "\
person,at,amount,currency,order_id
ada,2026-11-22T09:00:00Z,80.00,EUR,o1
ada,2026-11-22T10:00:00Z,5,eur,
bob,2026-11-23T09:00:00Z,0,EUR,o2
";

#[tokio::test]
async fn touches_and_conversions_are_taken_again_and_again_and_stay_the_same() {
    let world = World::new().await;
    for _ in 0..2 {
        let answer = world
            .post("/imports/touchpoints", &[CSV], TOUCHES.into())
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.body, json!({"kind": "touchpoints", "rows": 3}));
        let answer = world
            .post("/imports/conversions", &[CSV], SALES.into())
            .await;
        assert_eq!(answer.body, json!({"kind": "conversions", "rows": 3}));
    }
    let more = json!({"rows": [{
        "person": "cy", "channel": "social", "kind": "click", "at": "2026-11-24T09:00:00Z", "platform": null,
    }]});
    let answer = world.json("/imports/touchpoints", "", &more).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);

    let mut scope = world.store.tenant(&world.tenant).read().await.unwrap();
    let (from, to) = (at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    let touches = scope.touchpoints(from, to, 10).await.unwrap();
    let seen: Vec<_> = touches
        .iter()
        .map(|touch| (touch.channel.as_str(), touch.platform, touch.kind))
        .collect();
    assert_eq!(
        seen,
        [
            ("social", Some(Platform::Meta), TouchKind::Click),
            ("search, brand", Some(Platform::Google), TouchKind::View),
            ("newsletter", None, TouchKind::Click),
            ("social", None, TouchKind::Click),
        ]
    );
    let sales = scope.conversions(from, to, 10).await.unwrap();
    let orders: Vec<_> = sales.iter().map(|sale| sale.order.as_deref()).collect();
    assert_eq!(orders, [Some("o1"), None, Some("o2")]);
}

#[tokio::test]
async fn each_wrong_cell_is_named_and_nothing_is_stored() {
    let world = World::new().await;
    let long = "x".repeat(129);
    let touches = [
        ("bob", "", "import.missing_value", "person"),
        ("bob", long.as_str(), "import.invalid_id", "person"),
        ("newsletter", "", "import.missing_value", "channel"),
        ("click", "swipe", "import.unknown_kind", "kind"),
        (
            "2026-11-22T09:00:00+01:00",
            "2026-11-26T09:00:00Z",
            "import.future_time",
            "at",
        ),
        (
            "2026-11-22T09:00:00+01:00",
            "soon",
            "import.invalid_time",
            "at",
        ),
        (
            "+01:00,",
            "+01:00,facebook",
            "import.unknown_platform",
            "platform",
        ),
    ];
    let sales = [
        ("bob", "", "import.missing_value", "person"),
        (",0,", ",-1,", "import.negative_amount", "amount"),
        (",0,", ",1.999,", "import.too_fine", "amount"),
        ("EUR,o2", "EURO,o2", "import.unknown_currency", "currency"),
        ("o2", long.as_str(), "import.invalid_id", "order_id"),
    ];
    let touches = touches.map(|case| ("/imports/touchpoints", TOUCHES, case));
    let sales = sales.map(|case| ("/imports/conversions", SALES, case));
    for (path, file, (from, to, code, field)) in touches.into_iter().chain(sales) {
        // The last row is the one that is changed.
        let (rows, last) = file.trim_end().rsplit_once('\n').unwrap();
        let body = format!("{rows}\n{}\n", last.replacen(from, to, 1));
        let answer = world.post(path, &[CSV], body.into()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        let expected = (code, format!("rows[2].{field}"));
        assert_eq!((answer.code(), answer.path().to_owned()), expected, "{to}");
    }
    let answer = world
        .post(
            "/imports/touchpoints",
            &[CSV],
            "person,channel,at\n1,2,3\n".into(),
        )
        .await;
    let said = (answer.status, answer.code());
    assert_eq!(said, (StatusCode::BAD_REQUEST, "import.missing_column"));

    let mut scope = world.store.tenant(&world.tenant).read().await.unwrap();
    let (from, to) = (at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    assert!(scope.touchpoints(from, to, 10).await.unwrap().is_empty());
    assert!(scope.conversions(from, to, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_there_twice_is_named() {
    let world = World::new().await;
    let twice = [
        (
            "/imports/touchpoints",
            TOUCHES,
            "ada,social,click,2026-11-20T10:00:00+01:00,tiktok\n",
            "at",
        ),
        (
            "/imports/conversions",
            SALES,
            "cy,2026-11-24T09:00:00Z,1,EUR,o1\n",
            "order_id",
        ),
        (
            "/imports/conversions",
            SALES,
            "ada,2026-11-22T10:00:00Z,6,EUR,\n",
            "at",
        ),
    ];
    for (path, file, row, field) in twice {
        let answer = world
            .post(path, &[CSV], format!("{file}{row}").into())
            .await;
        assert_eq!(answer.code(), "import.repeated_row");
        assert_eq!(answer.path(), format!("rows[3].{field}"));
    }
}

/// Rows that were accepted can be: nothing from the future, no name that the core would refuse, nothing negative.
fn possible(upload: &CustomerUpload) -> bool {
    let latest = at(NOW) + MAX_AHEAD;
    let sound = |name: &str| !name.is_empty() && name.len() <= 128;
    match upload {
        CustomerUpload::Touchpoints(rows) => rows
            .iter()
            .all(|r| r.at <= latest && sound(&r.person) && sound(&r.channel)),
        CustomerUpload::Conversions(rows) => rows.iter().all(|r| {
            let order = r.order.as_deref().is_none_or(sound);
            r.at <= latest && sound(&r.person) && order && !r.value.amount().is_sign_negative()
        }),
    }
}

proptest! {
    #[test]
    fn any_cells_give_rows_that_can_be_or_errors_with_a_code(
        cells in prop::collection::vec(
            prop::collection::vec(
                prop_oneof![
                    4 => prop::sample::select(vec![
                        "", " ", "ada", "click", "VIEW", "meta", "EUR", "0", "-0", "-1", "1.999", "NaN", "\u{0}",
                        "2026-11-25T10:00:00Z", "2026-11-26", "9999-12-31T00:00:00Z", "1970-01-01T00:00:00Z",
                    ]).prop_map(str::to_owned),
                    1 => "\\PC{0,10}",
                ],
                8,
            ),
            1..6,
        ),
    ) {
        let columns = ["person", "channel", "kind", "at", "platform", "amount", "currency", "order_id"];
        for (kind, taken) in [
            (CustomerKind::Touchpoints, [0, 1, 2, 3, 4].as_slice()),
            (CustomerKind::Conversions, [0, 3, 5, 6, 7].as_slice()),
        ] {
            let rows: Vec<serde_json::Value> = cells.iter().map(|row| {
                let named = taken.iter().map(|place| (columns[*place].to_owned(), row[*place].as_str().into()));
                serde_json::Value::Object(named.collect())
            }).collect();
            let body = serde_json::to_vec(&rows).unwrap();
            let table = Table::read(&body, Format::Json).unwrap();
            match CustomerUpload::read(kind, &table, at(NOW)) {
                Ok(upload) => prop_assert!(possible(&upload), "{upload:?}"),
                Err(error) => prop_assert!(error.code().starts_with("import.")),
            }
        }
    }
}
