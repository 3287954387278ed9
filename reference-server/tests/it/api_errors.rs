//! Is bad input answered with one clear problem, and nothing partial stored? Every endpoint of the dashboard's contract.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Stage, ask, by_hand, send};

fn proposal_with(change: impl FnOnce(&mut Value)) -> Value {
    let mut value = serde_json::to_value(by_hand("p1", "100", "110")).unwrap();
    change(&mut value);
    value
}

/// Sends text as it is.
async fn raw(
    stage: &Stage,
    method: &str,
    path: &str,
    kind: &str,
    text: &str,
) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", kind);
    send(
        &stage.app(),
        request.body(Body::from(text.to_owned())).unwrap(),
    )
    .await
}

fn is_problem(status: StatusCode, body: &Value, expected: u16, code: &str) {
    assert_eq!(status.as_u16(), expected, "{body}");
    assert_eq!(body["code"], code, "{body}");
    assert_eq!(body["status"], expected, "{body}");
    assert_eq!(body["type"], "about:blank");
    assert!(
        body["title"].is_string() && body["detail"].is_string(),
        "{body}"
    );
}

/// The same proposal with another value in one place.
fn with(place: &str, value: Value) -> Value {
    proposal_with(|proposal| {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = proposal.pointer_mut(parent).unwrap();
        parent[name] = value;
    })
}

/// Proposals that cannot be, with status, code and path of the answer.
fn impossible_proposals() -> Vec<(Value, u16, &'static str, &'static str)> {
    let after = "/action/set_daily_budget/after";
    let money = |amount: &str, currency: &str| json!({"amount": amount, "currency": currency});
    let (invalid, unfit) = ("request.invalid_field", "proposal.does_not_fit");
    let at_after = "action.set_daily_budget.after";
    let (future, campaign) = ("2031-01-01T00:00:00Z", "/action/set_daily_budget/campaign");
    vec![
        (with("/account", json!("")), 422, invalid, "account"),
        (
            with("/account", json!("nobody")),
            404,
            "account.unknown",
            "",
        ),
        (with("/tenant", json!("south")), 409, unfit, "tenant"),
        (with("/platform", json!("tiktok")), 409, unfit, "platform"),
        (
            with("/platform", json!("facebook")),
            422,
            invalid,
            "platform",
        ),
        (with("/made_at", json!("tomorrow")), 422, invalid, "made_at"),
        (
            with("/made_at", json!(future)),
            422,
            "proposal.from_the_future",
            "made_at",
        ),
        (with("/surprise", json!(1)), 422, invalid, "surprise"),
        (with(after, money("10", "XXQ")), 422, invalid, at_after),
        (with(after, money("NaN", "EUR")), 422, invalid, at_after),
        (with(after, money("1e400", "EUR")), 422, invalid, at_after),
        (
            with(after, money("9999999999999999", "EUR")),
            422,
            invalid,
            at_after,
        ),
        (with(after, money("10", "USD")), 409, unfit, "action"),
        (with(campaign, json!("c9")), 404, "campaign.unknown", ""),
    ]
}

#[tokio::test]
async fn a_proposal_that_cannot_be_is_refused_with_the_field() {
    let stage = Stage::set().await;
    let app = stage.app();
    for (body, expected, code, path) in impossible_proposals() {
        let (status, answer) = ask(&app, "POST", "/v1/proposals", Some(&body)).await;
        is_problem(status, &answer, expected, code);
        if !path.is_empty() {
            assert_eq!(answer["path"], path, "{answer}");
        }
    }
    assert_eq!(
        stage.kinds().await,
        ["policy"],
        "nothing partial is recorded"
    );
}

#[tokio::test]
async fn a_negative_amount_is_judged_and_never_passes() {
    let stage = Stage::set().await;
    let body = proposal_with(|p| {
        *p.pointer_mut("/action/set_daily_budget/after").unwrap() =
            json!({"amount": "-10", "currency": "EUR"});
    });
    let (status, answer) = ask(&stage.app(), "POST", "/v1/proposals", Some(&body)).await;
    assert_eq!(
        (status, &answer["verdict"]),
        (StatusCode::OK, &json!("block")),
        "{answer}"
    );
    assert_eq!(answer["reasons"][0]["code"], "incomplete");
    assert_eq!(stage.on_platform(), (10_000, 0));
}

#[tokio::test]
async fn what_is_no_json_is_named_as_such_everywhere() {
    let stage = Stage::set().await;
    let endpoints = [
        ("POST", "/v1/proposals"),
        ("POST", "/v1/proposals/p1/approvals"),
        ("PUT", "/v1/policy"),
        ("POST", "/v1/policy/trial"),
        ("POST", "/v1/freezes"),
        ("POST", "/v1/freezes/frz_1/lift"),
    ];
    for (method, path) in endpoints {
        for text in ["", "{", "[1,", "{\"by\": NaN}", "\u{0}", "{} {}"] {
            let (status, answer) = raw(&stage, method, path, "application/json", text).await;
            let known = ["request.malformed_json", "request.invalid_field"];
            assert!(
                known.contains(&answer["code"].as_str().unwrap_or("")),
                "{path} {text}: {answer}"
            );
            assert!(status.is_client_error(), "{path} {text}: {status}");
        }
        let (status, answer) = raw(&stage, method, path, "application/json", "[]").await;
        is_problem(status, &answer, 422, "request.invalid_field");
        let (status, answer) = raw(&stage, method, path, "text/plain", "{}").await;
        is_problem(status, &answer, 415, "request.content_type");
        let (status, answer) = raw(&stage, method, path, "application/json", "{\"by\": 7}").await;
        is_problem(status, &answer, 422, "request.invalid_field");
    }
    assert_eq!(stage.kinds().await, ["policy"]);
}

#[tokio::test]
async fn a_body_without_end_is_too_large() {
    let stage = Stage::set().await;
    let text = format!("{{\"by\": \"{}\"}}", "a".repeat(33 * 1024 * 1024));
    let (status, answer) = raw(&stage, "POST", "/v1/freezes", "application/json", &text).await;
    is_problem(status, &answer, 413, "request.too_large");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let stage = Stage::set().await;
    let app = stage.app();
    let missing = [
        ("GET", "/v1/accounts/nobody/health", "account.unknown"),
        ("GET", "/v1/accounts/%00/health", "account.unknown"),
        (
            "GET",
            "/v1/accounts/nobody/health/history",
            "account.unknown",
        ),
        ("GET", "/v1/decisions/99", "decision.unknown"),
        ("GET", "/v1/ledger/99", "ledger.unknown_entry"),
        ("GET", "/v1/nothing", "request.no_such_endpoint"),
        ("POST", "/nothing", "request.no_such_endpoint"),
        ("GET", "/v1/overview?tenant=south", "tenant.unknown"),
        ("GET", "/assets/gone.js", "request.no_such_file"),
    ];
    for (method, path, code) in missing {
        let (status, answer) = ask(&app, method, path, None).await;
        is_problem(status, &answer, 404, code);
    }
    let by = json!({"by": "ben"});
    let (status, answer) = ask(&app, "POST", "/v1/proposals/p9/approvals", Some(&by)).await;
    is_problem(status, &answer, 404, "proposal.unknown");
    let freeze = json!({"scope": {"account": "nobody"}, "by": "ana", "why": "test"});
    let (status, answer) = ask(&app, "POST", "/v1/freezes", Some(&freeze)).await;
    is_problem(status, &answer, 404, "account.unknown");
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let stage = Stage::set().await;
    let app = stage.app();
    let refused = [
        ("/v1/decisions?limit=0", 422, "request.invalid_limit"),
        ("/v1/decisions?limit=501", 422, "request.invalid_limit"),
        ("/v1/decisions?limit=-1", 400, "request.invalid_query"),
        (
            "/v1/decisions?limit=99999999999999999999",
            400,
            "request.invalid_query",
        ),
        ("/v1/decisions?before=x", 400, "request.invalid_query"),
        (
            "/v1/decisions?verdict=maybe",
            422,
            "request.invalid_verdict",
        ),
        ("/v1/decisions/x", 400, "request.invalid_path"),
        ("/v1/decisions/-1", 400, "request.invalid_path"),
        ("/v1/ledger?limit=1000000", 422, "request.invalid_limit"),
        ("/v1/proposals?state=odd", 422, "request.invalid_state"),
        (
            "/v1/accounts/act_1/health/history?from=yesterday",
            400,
            "request.invalid_query",
        ),
        (
            "/v1/accounts/act_1/health/history?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            422,
            "request.invalid_range",
        ),
    ];
    for (path, expected, code) in refused {
        let (status, answer) = ask(&app, "GET", path, None).await;
        is_problem(status, &answer, expected, code);
    }
    for (method, path) in [
        ("DELETE", "/v1/policy"),
        ("PATCH", "/v1/freezes"),
        ("PUT", "/v1/overview"),
    ] {
        let (status, answer) = ask(&app, method, path, None).await;
        is_problem(status, &answer, 405, "request.wrong_method");
    }
}

#[tokio::test]
async fn huge_numbers_at_the_edges_are_answered_calmly() {
    let stage = Stage::set().await;
    let app = stage.app();
    let largest = u64::MAX;
    let (status, _) = ask(&app, "GET", &format!("/v1/ledger/{largest}"), None).await;
    assert!(
        status.is_client_error() || status == StatusCode::INTERNAL_SERVER_ERROR,
        "{status}"
    );
    for path in [
        "/v1/ledger?before=9223372036854775807",
        "/v1/decisions?before=1",
    ] {
        let (status, _) = ask(&app, "GET", path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
    let ancient = "/v1/accounts/act_1/health/history?from=0001-01-01T00:00:00Z";
    assert_eq!(ask(&app, "GET", ancient, None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn only_this_machine_and_its_own_pages_may_speak() {
    let stage = Stage::set().await;
    let app = stage.app();
    let ask = |host: &'static str, site: Option<&'static str>, method: &'static str| {
        let mut request = Request::builder()
            .method(method)
            .uri("/v1/ledger/verification");
        request = request.header("host", host);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        send(&app, request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask("127.0.0.1:8080", None, "POST").await.0, StatusCode::OK);
    assert_eq!(
        ask("127.0.0.1:8080", Some("same-origin"), "POST").await.0,
        StatusCode::OK
    );
    let (status, answer) = ask("127.0.0.1:8080", Some("cross-site"), "POST").await;
    is_problem(status, &answer, 403, "request.cross_site");
    let (status, answer) = ask("rebound.example", None, "POST").await;
    is_problem(status, &answer, 421, "request.unknown_host");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    use tower::ServiceExt as _;
    let stage = Stage::set().await;
    for path in ["/", "/v1/overview", "/v1/nothing", "/health/live"] {
        let request = Request::builder().uri(path).header("x-request-id", "abc-1");
        let response = stage
            .app()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let header = |name| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        assert_eq!(header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(header("x-request-id"), Some("abc-1"), "{path}");
        if path == "/" {
            let policy = header("content-security-policy").unwrap();
            assert!(
                policy.contains("default-src 'none'") && !policy.contains("unsafe"),
                "{policy}"
            );
        }
    }
}

#[tokio::test]
async fn without_a_tenant_or_a_policy_the_server_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let store = stratum_store::Store::open(&folder.path().join("stratum.db"))
        .await
        .unwrap();
    let desk = stratum_server::desk::Desk::new(
        store.clone(),
        stratum_server::clock::Clock::by_hand(crate::stage::noon()),
    );
    let config = stratum_server::config::Config::of(
        stratum_server::config::DEFAULT_LISTEN,
        folder.path().to_owned(),
    );
    let app = stratum_server::http::router(stratum_server::http::AppState::new(config, desk));
    let (status, answer) = ask(&app, "GET", "/v1/overview", None).await;
    is_problem(status, &answer, 404, "tenant.none");
    let bare = stratum_store::Tenant {
        id: crate::stage::tenant(),
        name: "North".into(),
        simulation: false,
    };
    store
        .operator()
        .put_tenant(&bare, crate::stage::noon())
        .await
        .unwrap();
    let (status, answer) = ask(&app, "GET", "/v1/overview", None).await;
    is_problem(status, &answer, 409, "policy.none");
    assert_eq!(
        ask(&app, "GET", "/health/ready", None).await.0,
        StatusCode::NO_CONTENT
    );
}

/// A body that was damaged on the way, in one of the ways that happen.
fn damaged(text: &str, chance: &mut stratum_core::numeric::Chance) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=chance.index(3) {
        let place = chance.index(bytes.len());
        match chance.index(5) {
            0 => bytes.truncate(place.max(1)),
            1 => bytes[place] ^= 1 << chance.index(8),
            2 => drop(bytes.remove(place)),
            3 => bytes.insert(place, b"\"{}[]:,0-9eE.\\n\0\xff"[chance.index(17)]),
            _ => bytes[place] = b"0123456789-"[chance.index(11)],
        }
    }
    bytes
}

#[tokio::test]
async fn a_damaged_proposal_never_fails_inside_and_leaves_nothing_partial() {
    let stage = Stage::set().await;
    let app = stage.app();
    let good = serde_json::to_string(&by_hand("p1", "100", "110")).unwrap();
    let mut chance = stratum_core::numeric::Chance::new(11, 0);
    let mut answered = 0;
    for _ in 0..400 {
        let body = damaged(&good, &mut chance);
        let request = Request::builder()
            .method("POST")
            .uri("/v1/proposals")
            .header("content-type", "application/json");
        let (status, answer) = send(&app, request.body(Body::from(body)).unwrap()).await;
        assert!(
            status.is_success() || status.is_client_error(),
            "{status} {answer}"
        );
        if status.is_success() {
            answered += 1;
        } else {
            assert!(answer["code"].is_string(), "{answer}");
        }
    }
    let reviews = stage
        .kinds()
        .await
        .into_iter()
        .filter(|kind| *kind == "review")
        .count();
    assert_eq!(
        reviews, answered,
        "what was answered is recorded, and nothing else"
    );
}
