//! Does the product work from end to end? A fortnight of the demo: made, looked at through every endpoint, replayed under
//! another policy, altered and found out.

use axum::http::StatusCode;
use serde_json::{Value, json};
use stratum_server::clock::Clock;
use stratum_server::config::{Config, DEFAULT_LISTEN};
use stratum_server::demo::build::{Ready, build};
use stratum_server::demo::living::Living;
use stratum_server::demo::plan::DemoPlan;
use stratum_server::desk::Desk;
use stratum_server::http::{AppState, router};
use stratum_server::running::background::live_until_now;
use stratum_store::Store;

use crate::cli::stratum;
use crate::stage::ask;

#[tokio::test(flavor = "multi_thread")]
async fn a_fortnight_of_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stratum.db");
    let end = "2026-11-25T12:00:00Z".parse().unwrap();
    let plan = DemoPlan::ending_at(end, 7, 14).unwrap();
    let store = Store::open(&file).await.unwrap();
    let mut said = Vec::new();
    let ready = build(store, folder.path(), plan, |percent| said.push(percent))
        .await
        .unwrap();
    assert_eq!(said.len(), 100, "progress is told once for each percent");
    let config = Config::of(DEFAULT_LISTEN, folder.path().to_owned());
    let app = router(AppState::new(config, ready.desk.clone()));

    every_screen_has_its_data(&app).await;
    every_decision_is_made_again(&app).await;
    another_policy_is_tried(&app).await;

    // Made once, it is found again, and nothing is made twice.
    let entries = ask(&app, "GET", "/v1/overview", None).await.1["ledger"]["entries"].clone();
    ready.desk.store.close().await;
    drop(ready);
    let store = Store::open(&file).await.unwrap();
    let again = build(store, folder.path(), plan, |_| {
        panic!("nothing is left to do")
    })
    .await;
    let again = again.unwrap();
    let config = Config::of(DEFAULT_LISTEN, folder.path().to_owned());
    let app = router(AppState::new(config, again.desk.clone()));
    let (_, overview) = ask(&app, "GET", "/v1/overview", None).await;
    assert_eq!(overview["ledger"]["entries"], entries);
    lives_on_after_a_failure(&again).await;
    again.desk.store.close().await;
    drop(again);
    the_commands_agree(folder.path());
    an_altered_byte_is_named(folder.path());
}

/// An hour that cannot be lived is lived later, from what is stored, and none is left out.
async fn lives_on_after_a_failure(ready: &Ready) {
    let closed = tempfile::tempdir().unwrap();
    let closed = Store::open(&closed.path().join("closed.db")).await.unwrap();
    closed.close().await;
    let ended = ready.living.progress().now();
    let clock = Clock::by_hand(ended + chrono::TimeDelta::hours(2));
    let desk = Desk {
        clock,
        ..ready.desk.clone()
    };
    let broken = Desk {
        store: closed,
        ..desk.clone()
    };
    let mut living = Some(Living::stored(&desk.store).await.unwrap());
    assert!(live_until_now(&broken, &mut living).await.is_err());
    assert!(living.is_none(), "what is in memory is not gone on with");
    live_until_now(&desk, &mut living).await.unwrap();
    let living = living.unwrap();
    assert_eq!(living.progress().hours, ready.living.progress().hours + 2);
    let mut scope = desk
        .store
        .tenant(&DemoPlan::tenant().unwrap())
        .read()
        .await
        .unwrap();
    for account in scope.accounts().await.unwrap() {
        let until = ended + chrono::TimeDelta::hours(2);
        let lived = scope.health_history(&account.id, ended, until, 10).await;
        assert_eq!(lived.unwrap().len(), 3);
    }
}

async fn every_screen_has_its_data(app: &axum::Router) {
    let (status, overview) = ask(app, "GET", "/v1/overview", None).await;
    assert_eq!(status, StatusCode::OK, "{overview}");
    assert_eq!(overview["tenant"]["simulation"], true);
    assert_eq!(overview["identity"], "unverified");
    assert_eq!(overview["accounts"].as_array().unwrap().len(), 3);
    assert!(
        overview["money"]["note"]
            .as_str()
            .unwrap()
            .contains("not counted")
    );
    for account in overview["accounts"].as_array().unwrap() {
        let id = account["id"].as_str().unwrap();
        let (status, health) = ask(app, "GET", &format!("/v1/accounts/{id}/health"), None).await;
        assert_eq!(status, StatusCode::OK, "{health}");
        assert_eq!(health["components"].as_array().unwrap().len(), 5);
        let path = format!("/v1/accounts/{id}/health/history");
        let (_, history) = ask(app, "GET", &path, None).await;
        assert_eq!(history["points"].as_array().unwrap().len(), 14 * 24);
    }
    let (_, incidents) = ask(app, "GET", "/v1/incidents", None).await;
    let incidents = incidents["incidents"].as_array().unwrap();
    assert!(incidents.len() > 5, "{incidents:?}");
    let noticed = incidents
        .iter()
        .filter(|i| i["fault"] == true && !i["first_noticed_at"].is_null());
    assert!(noticed.count() > 2, "faults are noticed: {incidents:?}");
    let (_, verified) = ask(app, "POST", "/v1/ledger/verification", None).await;
    assert_eq!(
        (&verified["intact"], &verified["first_bad"]),
        (&json!(true), &Value::Null)
    );
    let (_, overview) = ask(app, "GET", "/v1/overview", None).await;
    assert_eq!(overview["ledger"]["intact"], true);
    let (_, page) = ask(app, "GET", "/v1/ledger?limit=5", None).await;
    let newest = page["entries"][0]["seq"].as_u64().unwrap();
    assert_eq!(Some(newest), overview["ledger"]["entries"].as_u64());
    let (_, entry) = ask(app, "GET", &format!("/v1/ledger/{newest}"), None).await;
    assert_eq!(entry["hash"], overview["ledger"]["head"]);
    assert!(entry["body"].is_object());
}

async fn every_decision_is_made_again(app: &axum::Router) {
    let mut before = String::new();
    let mut states = std::collections::BTreeMap::<String, u32>::new();
    loop {
        let (_, page) = ask(app, "GET", &format!("/v1/decisions?limit=20{before}"), None).await;
        for decision in page["decisions"].as_array().unwrap() {
            *states
                .entry(decision["state"].as_str().unwrap().to_owned())
                .or_default() += 1;
            let path = format!("/v1/decisions/{}", decision["seq"]);
            let (status, detail) = ask(app, "GET", &path, None).await;
            assert_eq!(status, StatusCode::OK, "{detail}");
            assert_eq!(detail["replay"]["same"], true, "{path}");
            if decision["state"] == "applied" {
                assert_eq!(detail["receipt"]["outcome"], "applied", "{path}: {detail}");
                assert_eq!(detail["receipt"]["observed"], detail["after"], "{path}");
            }
            if decision["verdict"] != "pass" {
                assert!(!detail["reasons"].as_array().unwrap().is_empty(), "{path}");
                assert!(
                    !detail["would_pass_if"].as_array().unwrap().is_empty(),
                    "{path}: {detail}"
                );
            }
        }
        match page["next_before"].as_u64() {
            Some(seq) => before = format!("&before={seq}"),
            None => break,
        }
    }
    assert!(
        states.get("applied").copied().unwrap_or(0) > 0,
        "{states:?}"
    );
    assert!(states.get("held").copied().unwrap_or(0) > 0, "{states:?}");
}

async fn another_policy_is_tried(app: &axum::Router) {
    let (_, now) = ask(app, "GET", "/v1/policy", None).await;
    let mut strict = now["policy"].clone();
    strict["version"] = json!("never");
    strict["health"]["healthy"] = json!(99.0);
    strict["health"]["recovery"]["margin"] = json!(0.0);
    strict["exposure"]["rise"] = json!(0.0);
    let (status, trial) = ask(
        app,
        "POST",
        "/v1/policy/trial",
        Some(&json!({"policy": strict})),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{trial}");
    assert!(trial["flip_count"].as_u64().unwrap() > 0, "{trial}");
    assert_eq!(trial["money"]["newly_passed"]["amount"], "0.00");
    assert_eq!(
        trial["truth"]["after"]["passed_harmless_count"], 0,
        "{trial}"
    );
    let (_, after) = ask(app, "GET", "/v1/policy", None).await;
    assert_eq!(after["digest"], now["digest"], "a trial changes nothing");
}

fn the_commands_agree(folder: &std::path::Path) {
    let data = folder.display().to_string();
    let (code, out, err) = elsewhere(&["verify", "--data", &data, "--json"]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, err) = elsewhere(&["replay", "--data", &data]);
    assert_eq!(code, 0, "{out}{err}");
    let (_, policy, _) = elsewhere(&["example", "policy"]);
    let strict = policy.replace("healthy = 70.0", "healthy = 84.0");
    std::fs::write(folder.join("strict.toml"), strict).unwrap();
    let strict = folder.join("strict.toml").display().to_string();
    let words = ["replay", "--data", &data, "--policy", &strict, "--json"];
    let (code, out, err) = elsewhere(&words);
    assert_eq!(code, 0, "{out}{err}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert!(found[0]["flip_count"].as_u64().unwrap() > 0, "{out}");
    let (_, text, _) = elsewhere(&words[..5]);
    assert!(text.contains("increases newly passed"), "{text}");
}

/// Changes one byte in the body of an entry, behind the back of the database's triggers.
fn an_altered_byte_is_named(folder: &std::path::Path) {
    let file = folder.join("stratum.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // The end of the first entry, which records the policy and who adopted it.
    let needle = b"]},\"by\":\"ana\"}";
    // Pages that were split keep a copy of it in what is free now: every copy is changed.
    let places: Vec<usize> = bytes
        .windows(needle.len())
        .enumerate()
        .filter(|(_, window)| *window == needle)
        .map(|(place, _)| place)
        .collect();
    for place in places {
        bytes[place + needle.len() - 3] = b'b';
    }
    std::fs::write(&file, bytes).unwrap();
    let data = folder.display().to_string();
    let (code, out, err) = elsewhere(&["verify", "--data", &data]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(
        out.contains("demo: entry 1 does not fit (contents)"),
        "{out}"
    );
    let (code, out, _) = elsewhere(&["doctor", "--data", &data]);
    assert_eq!(code, 1, "{out}");
}

/// A command on a thread of its own: it starts its own runtime.
fn elsewhere(words: &[&str]) -> (u8, String, String) {
    std::thread::scope(|scope| scope.spawn(|| stratum(words)).join().unwrap())
}
