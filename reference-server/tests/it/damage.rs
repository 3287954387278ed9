//! Is every kind of damage to a ledger named, by the endpoint and by the commands? Altered behind the triggers' backs.

use axum::http::StatusCode;
use serde_json::{Value, json};
use stratum_core::ledger::{Body as Record, LiftRecord};
use stratum_core::trust::{FreezeScope, LimitRule};
use stratum_core::vocabulary::FreezeId;
use stratum_server::jobs::carry_out::carry_out;
use stratum_server::jobs::review_proposal::{Reviewed, review_new};
use stratum_server::jobs::set_freeze::{lift_freeze, set_freeze};

use crate::cli::stratum;
use crate::stage::{Stage, actor, ask, by_hand, tenant};

/// The alterations of the store's contract test and those of the other columns, and what each is called.
const DAMAGE: [(&str, &str); 7] = [
    (
        "UPDATE ledger SET body = replace(body, '\"why\":\"2\"', '\"why\":\"x\"') WHERE seq = 3",
        "contents",
    ),
    ("UPDATE ledger SET hash = 'zz' WHERE seq = 3", "unreadable"),
    (
        "UPDATE ledger SET kind = 'nothing' WHERE seq = 3",
        "unreadable",
    ),
    (
        "UPDATE ledger SET body = CAST(x'ff22' AS TEXT) WHERE seq = 3",
        "unreadable",
    ),
    (
        "UPDATE ledger SET previous = '' WHERE seq = 3",
        "unreadable",
    ),
    (
        "UPDATE ledger SET at = 9223372036854775807 WHERE seq = 3",
        "unreadable",
    ),
    ("DELETE FROM ledger WHERE seq = 3", "sequence"),
];

/// Alterations of what is kept beside the ledger: the entry, and what differs.
const BESIDE: [(&str, u64, &str); 14] = [
    (
        "UPDATE freezes SET lifted_at = 1 WHERE freeze = 'frz_8'",
        8,
        "freeze",
    ),
    ("DELETE FROM freezes", 8, "freeze"),
    (
        "UPDATE freezes SET lifted_at = NULL WHERE freeze = 'frz_9'",
        10,
        "freeze",
    ),
    (
        "UPDATE freezes SET body = replace(body, 'still', 'never')",
        8,
        "freeze",
    ),
    (
        "UPDATE decisions SET verdict = 'hold' WHERE seq = 2",
        2,
        "decision",
    ),
    (
        "UPDATE decisions SET state = 'recorded' WHERE seq = 2",
        2,
        "decision",
    ),
    (
        "UPDATE decisions SET state = 'applied' WHERE seq = 5",
        5,
        "decision",
    ),
    (
        "UPDATE decisions SET summary = replace(summary, '120', '110') WHERE seq = 2",
        2,
        "decision",
    ),
    ("DELETE FROM decisions WHERE seq = 2", 2, "decision"),
    ("UPDATE decisions SET seq = 3 WHERE seq = 2", 2, "decision"),
    ("DELETE FROM executions", 3, "execution"),
    (
        "UPDATE executions SET state = 'not_applied'",
        4,
        "execution",
    ),
    (
        "UPDATE executions SET action = replace(action, '120', '110')",
        3,
        "execution",
    ),
    (
        "UPDATE policies SET settings = replace(settings, '86400', '60')",
        6,
        "policy",
    ),
];

async fn proposed(stage: &Stage, id: &str, before: &str, after: &str) -> Reviewed {
    let proposal = by_hand(id, before, after);
    review_new(&stage.desk, &tenant(), proposal).await.unwrap()
}

/// A policy, a change that was applied, one that waits for its write, two freezes and the end of one.
async fn ten_entries() -> Stage {
    let stage = Stage::set().await;
    let reviewed = proposed(&stage, "p1", "100", "120").await;
    carry_out(&stage.desk, &tenant(), reviewed).await.unwrap();
    proposed(&stage, "p2", "120", "130").await;
    stage
        .limited_by(LimitRule::Cooldown { seconds: 86_400 })
        .await;
    proposed(&stage, "p3", "120", "125").await;
    freeze(&stage, "still").await;
    freeze(&stage, "again").await;
    let id = FreezeId::new("frz_9").unwrap();
    lift_freeze(&stage.desk, &tenant(), &id, actor("ana"))
        .await
        .unwrap();
    assert_eq!(
        stage.kinds().await,
        [
            "policy",
            "review",
            "execution",
            "receipt",
            "review",
            "policy",
            "review",
            "freeze",
            "freeze",
            "lift"
        ]
    );
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_beside_the_ledger_is_compared_with_it() {
    let stage = ten_entries().await;
    assert_eq!(verified(&stage).await["intact"], true);
    for (sql, seq, why) in BESIDE {
        let stage = ten_entries().await;
        alter(&stage, sql).await;
        let found = verified(&stage).await;
        assert_eq!(found["first_bad"], json!({"seq": seq, "why": why}), "{sql}");
        assert_eq!(
            (&found["intact"], &found["entries"]),
            (&json!(false), &json!(10)),
            "{sql}"
        );
        let (code, out, _) = command(&stage, &["verify"]);
        let said = format!("the {why} kept of entry {seq} is not what the entry says");
        assert_eq!(code, 3, "{sql}: {out}");
        assert!(out.contains(&said), "{out}");
        let (code, out, _) = command(&stage, &["doctor"]);
        assert_eq!(code, 1, "{sql}: {out}");
        assert!(out.contains(&said), "{out}");
    }
}

/// Five entries: the policy and four freezes.
async fn five_entries() -> Stage {
    let stage = Stage::set().await;
    for n in 1..5 {
        freeze(&stage, &n.to_string()).await;
    }
    stage
}

async fn freeze(stage: &Stage, why: &str) {
    let whole = FreezeScope {
        platform: None,
        account: None,
        campaign: None,
    };
    set_freeze(&stage.desk, &tenant(), whole, actor("ana"), why.to_owned())
        .await
        .unwrap();
}

/// Alters the file as somebody with a database tool would.
async fn alter(stage: &Stage, sql: &'static str) {
    let file = stage.folder.path().join("stratum.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let without_triggers = "DROP TRIGGER IF EXISTS ledger_is_never_changed;
        DROP TRIGGER IF EXISTS ledger_is_never_shortened";
    for statement in [without_triggers, sql] {
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

async fn verified(stage: &Stage) -> Value {
    let (status, found) = ask(&stage.app(), "POST", "/v1/ledger/verification", None).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    found
}

/// A command on a thread of its own: it starts its own runtime.
fn command(stage: &Stage, words: &[&str]) -> (u8, String, String) {
    let data = stage.folder.path().display().to_string();
    let words: Vec<&str> = words.iter().copied().chain(["--data", &data]).collect();
    std::thread::scope(|scope| scope.spawn(|| stratum(&words)).join().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_named_by_the_endpoint_and_by_the_commands() {
    for (sql, why) in DAMAGE {
        let stage = five_entries().await;
        alter(&stage, sql).await;
        let found = verified(&stage).await;
        let bad = json!({"seq": 3, "why": why});
        assert_eq!(found["first_bad"], bad, "{sql}");
        assert_eq!(
            (&found["intact"], &found["entries"]),
            (&json!(false), &json!(2)),
            "{sql}"
        );
        let (code, out, err) = command(&stage, &["verify", "--json"]);
        assert_eq!(code, 3, "{sql}: {out}{err}");
        let lines: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(lines[0]["first_bad"], bad, "{sql}");
        let (code, out, err) = command(&stage, &["doctor"]);
        assert_eq!(code, 1, "{sql}: {err}");
        assert!(
            out.contains(&format!("entry 3 of the ledger does not fit ({why})")),
            "{out}"
        );
        if why == "unreadable" {
            let (code, _, err) = command(&stage, &["replay"]);
            assert_eq!(code, 3, "{sql}: {err}");
        }
    }
}

#[tokio::test]
async fn a_damaged_entry_is_a_conflict_and_no_fault_of_the_server() {
    let stage = five_entries().await;
    alter(&stage, "UPDATE ledger SET kind = 'nothing' WHERE seq = 3").await;
    let (status, problem) = ask(&stage.app(), "GET", "/v1/ledger/3", None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert_eq!(problem["code"], "store.damaged_entry");
}

#[tokio::test]
async fn one_damaged_tenant_does_not_hide_the_others() {
    let stage = five_entries().await;
    let south = stratum_store::Tenant {
        id: stratum_core::vocabulary::TenantId::new("south").unwrap(),
        name: "South".into(),
        simulation: false,
    };
    let operator = stage.desk.store.operator();
    operator.put_tenant(&south, stage.desk.now()).await.unwrap();
    alter(&stage, "UPDATE ledger SET hash = 'zz' WHERE seq = 3").await;
    let (code, out, _) = command(&stage, &["verify"]);
    assert_eq!(code, 3, "{out}");
    assert!(out.contains("south: intact, 0 entries"), "{out}");
}

#[tokio::test]
async fn an_end_cut_off_after_a_verification_is_missed_every_time() {
    let stage = five_entries().await;
    assert_eq!(verified(&stage).await["intact"], true);
    alter(&stage, "DELETE FROM ledger WHERE seq > 3").await;
    let missing = json!({"seq": 4, "why": "missing"});
    for _ in 0..2 {
        let found = verified(&stage).await;
        assert_eq!(found["first_bad"], missing, "a second look is no wiser");
    }
    assert_eq!(command(&stage, &["verify"]).0, 3);
    // Growing again does not make it the same ledger.
    let lift = Record::Lift(LiftRecord {
        freeze: FreezeId::new("frz_2").unwrap(),
        by: actor("ana"),
    });
    let mut scope = stage.desk.store.tenant(&tenant()).begin().await.unwrap();
    for _ in 0..4 {
        scope.append_entry(&lift, stage.desk.now()).await.unwrap();
    }
    scope.commit().await.unwrap();
    let found = verified(&stage).await;
    assert_eq!(found["first_bad"], json!({"seq": 5, "why": "head"}));
}

#[tokio::test]
async fn a_decision_beyond_the_end_shows_what_was_cut_off() {
    let stage = five_entries().await;
    review_new(&stage.desk, &tenant(), by_hand("p1", "100", "110"))
        .await
        .unwrap();
    alter(&stage, "DELETE FROM ledger WHERE seq > 3").await;
    let found = verified(&stage).await;
    assert_eq!(found["first_bad"], json!({"seq": 4, "why": "missing"}));
}

#[tokio::test]
async fn a_head_written_down_elsewhere_is_compared() {
    let stage = five_entries().await;
    let head = verified(&stage).await["head"].as_str().unwrap().to_owned();
    freeze(&stage, "5").await;
    let other = "0".repeat(64);
    let verify = |more: &[&str]| {
        let words: Vec<&str> = ["verify", "--json"].iter().chain(more).copied().collect();
        let (code, out, err) = command(&stage, &words);
        let bad = serde_json::from_str::<Value>(&out)
            .map(|lines| lines[0]["first_bad"]["why"].clone())
            .unwrap_or_default();
        (code, bad.as_str().map(ToOwned::to_owned), err)
    };
    assert_eq!(verify(&["--expect-head", &head]).0, 0, "it grew since");
    let both = ["--expect-head", &head, "--expect-entries"];
    assert_eq!(verify(&[both[0], both[1], both[2], "5"]).0, 0);
    for (more, why) in [
        (&["--expect-head", other.as_str()][..], "missing"),
        (&["--expect-entries", "7"], "missing"),
        (&[both[0], both[1], both[2], "4"], "head"),
    ] {
        let (code, bad, err) = verify(more);
        assert_eq!((code, bad.as_deref()), (3, Some(why)), "{more:?}: {err}");
    }
    assert_eq!(verify(&["--expect-head", "abc"]).0, 2);
}
