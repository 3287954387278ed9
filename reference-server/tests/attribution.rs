//! What does the server say about who led to what was sold? A small simulated tenant with known truth, a tenant without anything,
//! and questions that cannot be asked.

#![cfg(test)]

#[path = "attribution/history.rs"]
mod history;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use stratum_core::customer::journey::{TouchKind, Touchpoint};
use stratum_core::simulation::PeoplePlan;
use stratum_core::vocabulary::{Money, TenantId, Timestamp};
use stratum_server::clock::Clock;
use stratum_server::config::{Config, DEFAULT_LISTEN};
use stratum_server::desk::Desk;
use stratum_server::http::{AppState, router};
use stratum_store::customers::CauseTruths;
use stratum_store::{Store, Tenant};
use tower::ServiceExt as _;

const NOW: &str = "2026-11-25T12:00:00Z";
const START: &str = "2026-08-01T00:00:00Z";

struct Stage {
    app: Router,
    store: Store,
    _folder: tempfile::TempDir,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Stage {
    async fn set(simulation: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("stratum.db"))
            .await
            .unwrap();
        let about = Tenant {
            id: Self::tenant(),
            name: "North".into(),
            simulation,
        };
        store.operator().put_tenant(&about, at(NOW)).await.unwrap();
        let desk = Desk::new(store.clone(), Clock::by_hand(at(NOW)));
        let config = Config::of(DEFAULT_LISTEN, folder.path().to_owned());
        Self {
            app: router(AppState::new(config, desk)),
            store,
            _folder: folder,
        }
    }

    fn tenant() -> TenantId {
        TenantId::new("north").unwrap()
    }

    /// Three thousand persons of the outdoor shop; with the truth where the tenant may know it.
    async fn with_people(simulation: bool) -> Self {
        let stage = Self::set(simulation).await;
        let currency = "EUR".parse().unwrap();
        let people = PeoplePlan::outdoor_shop(3, 3_000, at(START), currency).simulate();
        let mut scope = stage.store.tenant(&Self::tenant()).begin().await.unwrap();
        scope.put_touchpoints(&people.touchpoints).await.unwrap();
        scope.put_conversions(&people.conversions).await.unwrap();
        if simulation {
            let truths = CauseTruths {
                from: at(START),
                to: at("2026-11-21T00:00:00Z"),
                causes: people.truth,
            };
            scope.put_cause_truths(&truths).await.unwrap();
        }
        scope.commit().await.unwrap();
        stage
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(format!("/v1{path}")).body(Body::empty());
        let response = self.app.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 16 << 20).await;
        (status, serde_json::from_slice(&bytes.unwrap()).unwrap())
    }
}

fn model<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let models = answer["models"].as_array().unwrap();
    models.iter().find(|one| one["model"] == name).unwrap()
}

fn sum(rows: &Value, field: &str) -> f64 {
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row[field].as_f64().unwrap()).sum()
}

#[tokio::test]
async fn every_model_says_how_far_it_is_from_the_known_truth() {
    let stage = Stage::with_people(true).await;
    let (status, answer) = stage.get("/attribution?replicates=50").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let counts = &answer["counts"];
    let converted = answer["converted"]["conversions"].as_u64().unwrap();
    let untouched = counts["untouched"].as_u64().unwrap();
    assert!(counts["lapsed"].as_u64().unwrap() > converted, "{counts}");
    let truth = &answer["truth"]["causes"];
    let known = truth.as_array().unwrap().iter();
    let known: u64 = known.map(|c| c["conversions"].as_u64().unwrap()).sum();
    assert_eq!(known, converted + untouched);
    assert_eq!(answer["models"].as_array().unwrap().len(), 7);
    assert_eq!(answer["agreement"].as_array().unwrap().len(), 21);
    assert_eq!(answer["share_ranges"].as_array().unwrap().len(), 6);
    for one in answer["models"].as_array().unwrap() {
        assert!((sum(&one["credits"], "share") - 1.0).abs() < 1e-9, "{one}");
        for credit in one["credits"].as_array().unwrap() {
            let share = credit["share"].as_f64().unwrap();
            let (low, high) = (credit["low"].as_f64(), credit["high"].as_f64());
            assert!(low.unwrap() <= share && share <= high.unwrap(), "{credit}");
        }
    }
    let distance = |name: &str, which: &str| -> f64 {
        let distance = &model(&answer, name)["distance_from_truth"][which];
        distance.as_f64().unwrap()
    };
    for which in ["among_channels", "of_all_conversions"] {
        assert!(distance("hazard", which) < 0.7 * distance("last_touch", which));
        for name in ["first_touch", "linear", "markov", "shapley_sum"] {
            let apart = distance(name, which);
            assert!((0.05..0.3).contains(&apart), "{name} {which}: {apart}");
        }
    }
    let baseline = model(&answer, "hazard")["baseline"]["conversions"].as_f64();
    assert!(baseline.unwrap() > 0.0);
    assert_eq!(model(&answer, "markov")["baseline"], Value::Null);
    // The same question has the same answer.
    let (_, again) = stage.get("/attribution?replicates=50").await;
    assert_eq!(again, answer);
}

#[tokio::test]
async fn the_truth_is_shown_for_its_whole_time_and_for_a_simulation_only() {
    let stage = Stage::with_people(true).await;
    let (_, part) = stage
        .get("/attribution?models=linear&from=2026-09-01T00:00:00Z")
        .await;
    assert_eq!(part["truth"], Value::Null);
    assert_eq!(model(&part, "linear")["distance_from_truth"], Value::Null);
    let (_, whole) = stage.get("/attribution?models=linear").await;
    assert!(whole["converted"]["conversions"].as_u64() > part["converted"]["conversions"].as_u64());
    let real = Stage::with_people(false).await;
    let (status, answer) = real.get("/attribution?models=linear,hazard").await;
    assert_eq!((status, &answer["truth"]), (StatusCode::OK, &Value::Null));
}

#[tokio::test]
async fn what_flows_into_a_node_flows_out_of_it() {
    let stage = Stage::with_people(true).await;
    let (status, flow) = stage.get("/journeys/flow?steps=3&channels=4").await;
    assert_eq!(status, StatusCode::OK, "{flow}");
    let (nodes, links) = (
        flow["nodes"].as_array().unwrap(),
        flow["links"].as_array().unwrap(),
    );
    let through = |end: &str, place: usize| -> u64 {
        let here = links.iter().filter(|link| link[end] == place);
        here.map(|link| link["journeys"].as_u64().unwrap()).sum()
    };
    for (place, node) in nodes.iter().enumerate() {
        let journeys = node["journeys"].as_u64().unwrap();
        let ends = ["converted", "lapsed", "open"].map(Value::from);
        if node["state"] != "start" {
            assert_eq!(through("to", place), journeys, "{node}");
        }
        if !ends.contains(&node["state"]) {
            assert_eq!(through("from", place), journeys, "{node}");
        }
    }
}

#[tokio::test]
async fn an_empty_tenant_gets_an_empty_answer() {
    let stage = Stage::set(false).await;
    let (status, answer) = stage.get("/attribution").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["counts"]["converted"], 0);
    assert_eq!(answer["currency"], Value::Null);
    for one in answer["models"].as_array().unwrap() {
        assert_eq!(one["credits"], Value::Array(Vec::new()), "{one}");
    }
    let (status, flow) = stage.get("/journeys/flow").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(flow["nodes"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_code_and_field() {
    let stage = Stage::with_people(false).await;
    for (path, code, field) in [
        (
            "/attribution?models=magic",
            "request.invalid_models",
            "models",
        ),
        ("/attribution?models=", "request.invalid_models", "models"),
        (
            "/attribution?models=linear,linear",
            "request.invalid_models",
            "models",
        ),
        (
            "/attribution?replicates=19",
            "request.invalid_replicates",
            "replicates",
        ),
        (
            "/attribution?replicates=5001",
            "request.invalid_replicates",
            "replicates",
        ),
        (
            "/attribution?from=2026-11-26T00:00:00Z",
            "request.invalid_range",
            "from",
        ),
        (
            "/journeys/flow?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z",
            "request.invalid_range",
            "from",
        ),
        ("/journeys/flow?steps=0", "request.invalid_steps", "steps"),
        ("/journeys/flow?steps=11", "request.invalid_steps", "steps"),
        (
            "/journeys/flow?channels=21",
            "request.invalid_channels",
            "channels",
        ),
    ] {
        let (status, problem) = stage.get(path).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(
            (&problem["code"], &problem["path"]),
            (&code.into(), &field.into())
        );
    }
    for path in ["/attribution?from=yesterday", "/journeys/flow?steps=many"] {
        let (status, problem) = stage.get(path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(problem["code"], "request.invalid_query");
    }
    // No second currency enters a sum.
    let mut scope = stage.store.tenant(&Stage::tenant()).begin().await.unwrap();
    let abroad = stratum_core::customer::journey::Conversion {
        person: "ada".into(),
        at: at("2026-10-01T00:00:00Z"),
        value: Money::parse("10", "USD").unwrap(),
        order: None,
    };
    scope.put_conversions(&[abroad]).await.unwrap();
    scope.commit().await.unwrap();
    for path in ["/attribution", "/journeys/flow"] {
        let (status, problem) = stage.get(path).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        assert_eq!(problem["code"], "journeys.mixed_currencies");
    }
}

/// A tenant with so many channels, each met once by a person of its own.
async fn with_channels(channels: u32) -> Stage {
    let stage = Stage::set(false).await;
    let touch = |number: u32| Touchpoint {
        person: format!("person-{number}"),
        channel: format!("channel-{number}"),
        platform: None,
        kind: TouchKind::Click,
        at: at("2026-11-01T00:00:00Z"),
    };
    let touches: Vec<Touchpoint> = (0..channels).map(touch).collect();
    let mut scope = stage.store.tenant(&Stage::tenant()).begin().await.unwrap();
    scope.put_touchpoints(&touches).await.unwrap();
    scope.commit().await.unwrap();
    stage
}

#[tokio::test]
async fn two_hundred_channels_are_compared_and_one_more_is_refused() {
    let asked = "/attribution?models=last_touch&replicates=20";
    let (status, answer) = with_channels(200).await.get(asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["channels"].as_array().unwrap().len(), 200);
    let (status, problem) = with_channels(201).await.get(asked).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["code"], "attribution.too_many_channels");
    assert_eq!(problem["path"], "from");
}
