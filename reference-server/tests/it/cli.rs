//! Does the command line keep its word? Exit codes, one-line errors, standard input, JSON; run in this process.

mod refusals;

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;
use stratum_server::commands::{Streams, run};

#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

/// What a command answered: exit code, standard output, standard error.
fn stratum_with(words: &[&str], input: &str) -> (u8, String, String) {
    let (out, err) = (Shared::default(), Shared::default());
    let mut streams = Streams {
        input: Box::new(io::Cursor::new(input.to_owned().into_bytes())),
        out: Box::new(out.clone()),
        err: Box::new(err.clone()),
    };
    let words = std::iter::once("stratum")
        .chain(words.iter().copied())
        .map(OsString::from);
    let code = run(words, &mut streams);
    (code, out.text(), err.text())
}

pub(crate) fn stratum(words: &[&str]) -> (u8, String, String) {
    stratum_with(words, "")
}

/// The samples in a folder, as a newcomer would save them.
fn samples() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["evidence", "proposal", "policy"] {
        let (code, text, _) = stratum(&["example", name, NOW[0], NOW[1]]);
        assert_eq!(code, 0);
        std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
        let (code, text, _) = stratum(&["example", name, "--json", NOW[0], NOW[1]]);
        assert_eq!(code, 0);
        std::fs::write(folder.path().join(format!("{name}.json")), text).unwrap();
    }
    folder
}

const NOW: [&str; 2] = ["--now", "2026-11-25T12:00:00Z"];

fn review(folder: &Path, evidence: &str, more: &[&str]) -> (u8, String, String) {
    let evidence = folder.join(evidence).display().to_string();
    let proposal = folder.join("proposal.toml").display().to_string();
    let mut words = vec!["review", "--evidence", &evidence, "--proposal", &proposal];
    words.extend(NOW);
    words.extend(more);
    stratum(&words)
}

#[test]
fn the_samples_pass_and_toml_says_the_same_as_json() {
    let folder = samples();
    let (code, from_toml, _) = review(folder.path(), "evidence.toml", &["--json"]);
    assert_eq!(code, 0, "{from_toml}");
    let (code, from_json, _) = review(folder.path(), "evidence.json", &["--json"]);
    assert_eq!((code, &from_json), (0, &from_toml));
    let policy = folder.path().join("policy.toml").display().to_string();
    let (code, under_sample, _) = review(
        folder.path(),
        "evidence.toml",
        &["--json", "--policy", &policy],
    );
    assert_eq!(
        (code, &under_sample),
        (0, &from_toml),
        "the sample policy is the baseline"
    );
    let (_, text, _) = review(folder.path(), "evidence.toml", &[]);
    assert!(
        text.starts_with("PASS  set_daily_budget of cmp_1"),
        "{text}"
    );
}

#[test]
fn evidence_with_nothing_measured_holds_for_lack_of_evidence() {
    let folder = samples();
    let evidence: Value = serde_json::from_str(
        &std::fs::read_to_string(folder.path().join("evidence.json")).unwrap(),
    )
    .unwrap();
    let mut bare = evidence.clone();
    bare["readings"] = serde_json::json!({});
    std::fs::write(folder.path().join("bare.json"), bare.to_string()).unwrap();
    let (code, text, _) = review(folder.path(), "bare.json", &["--json"]);
    assert_eq!(code, 10);
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["verdict"], "hold");
    assert_eq!(
        answer["reasons"][0]["code"], "insufficient_evidence",
        "{answer}"
    );
}

#[test]
fn a_poor_match_is_not_averaged_away() {
    let folder = samples();
    let path = folder.path().join("evidence.json");
    let mut evidence: Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let keys = &mut evidence["readings"]["match_quality"]["measured"]["value"]["keys"];
    for (key, count) in keys.as_object_mut().unwrap() {
        *count = serde_json::json!(if key == "email" { 600 } else { 0 });
    }
    std::fs::write(folder.path().join("poor.json"), evidence.to_string()).unwrap();
    let (code, text, _) = review(folder.path(), "poor.json", &["--json"]);
    assert_eq!(code, 10, "{text}");
}

#[test]
fn a_pause_by_a_person_is_always_possible() {
    let folder = samples();
    let pause = r#"{"id": "p", "tenant": "north", "platform": "meta", "account": "act_meta",
        "action": {"pause": {"campaign": "cmp_1"}}, "proposer": {"kind": "person", "id": "ana"},
        "made_at": "2026-11-25T11:58:00Z"}"#;
    let bare = r#"{"scope": {"tenant": "north", "platform": "meta", "account": "act_meta"},
        "plan": {"browser_events": true, "server_events": true, "independent_orders": true,
        "match_confirmation": true, "throttle_headroom": true}, "readings": {}}"#;
    std::fs::write(folder.path().join("bare.json"), bare).unwrap();
    let evidence = folder.path().join("bare.json").display().to_string();
    let mut words = vec![
        "review",
        "--evidence",
        &evidence,
        "--proposal",
        "-",
        "--json",
    ];
    words.extend(NOW);
    let (code, text, err) = stratum_with(&words, pause);
    assert_eq!(code, 0, "{text}{err}");
    assert!(text.contains("\"basis\":\"manual\""), "{text}");
}

#[test]
fn what_cannot_be_read_is_one_line_with_code_and_path() {
    let folder = samples();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("broken.json", "{\"scope\": ");
    write("broken.toml", "a = [1,\n");
    write("nan.toml", "[scope]\ntenant = nan\n");
    write("binary.json", "\u{0}");
    let good = std::fs::read_to_string(folder.path().join("evidence.toml")).unwrap();
    write(
        "wrong_type.toml",
        &good.replace("failed_auth = 0", "failed_auth = \"none\""),
    );
    write(
        "negative.toml",
        &good.replace("failed_auth = 0", "failed_auth = -1"),
    );
    write(
        "impossible.toml",
        &good.replace("matched = 1000", "matched = 100000"),
    );
    write(
        "future.toml",
        &good.replacen(
            "at = \"2026-11-25T12:00:00Z\"",
            "at = \"2031-01-01T00:00:00Z\"",
            1,
        ),
    );
    write("unknown.toml", &format!("surprise = 1\n{good}"));
    let cases = [
        ("broken.json", 2, "input.malformed", ""),
        ("broken.toml", 2, "input.malformed", ""),
        ("nan.toml", 2, "input.malformed", "nan.toml: scope.tenant: "),
        ("binary.json", 2, "input.malformed", ""),
        (
            "wrong_type.toml",
            2,
            "input.invalid_field",
            "readings.api_calls.measured.value.failed_auth",
        ),
        (
            "negative.toml",
            2,
            "input.invalid_field",
            "readings.api_calls.measured.value.failed_auth",
        ),
        (
            "impossible.toml",
            2,
            "evidence.impossible_value",
            "impossible.toml: readings.events.measured.value.matched: ",
        ),
        (
            "future.toml",
            2,
            "evidence.impossible_value",
            "future.toml: readings.match_quality.measured.at: ",
        ),
        ("unknown.toml", 2, "input.invalid_field", "surprise"),
        ("gone.toml", 4, "input.not_found", "gone.toml"),
    ];
    for (file, expected, code, path) in cases {
        let (exit, out, err) = review(folder.path(), file, &[]);
        assert_eq!(exit, expected, "{file}: {err}");
        assert!(out.is_empty(), "{file}: {out}");
        assert_eq!(err.trim_end().lines().count(), 1, "{file}: {err}");
        assert!(
            err.contains(&format!("[{code}]")) && err.contains(path),
            "{file}: {err}"
        );
    }
}

#[test]
fn misuse_is_exit_code_two_and_help_goes_to_standard_output() {
    for words in [
        &["review"][..],
        &["fly"],
        &["example", "cake"],
        &["review", "--now", "soon"],
    ] {
        let (code, out, err) = stratum(words);
        assert_eq!(
            (code, out.is_empty(), err.is_empty()),
            (2, true, false),
            "{words:?}"
        );
    }
    let (code, out, _) = stratum(&["--help"]);
    assert_eq!(code, 0);
    assert!(
        out.contains("Exit codes:") && out.contains("  10  the review says hold"),
        "{out}"
    );
    let (code, out, _) = stratum(&["--version"]);
    assert_eq!((code, out.starts_with("stratum ")), (0, true));
}

#[test]
fn a_closed_pipe_is_no_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let err = Shared::default();
    let mut streams = Streams {
        input: Box::new(io::empty()),
        out: Box::new(Closed),
        err: Box::new(err.clone()),
    };
    let words = ["stratum", "example", "policy"].map(OsString::from);
    assert_eq!(run(words, &mut streams), 0);
    assert_eq!(err.text(), "");
}

#[test]
fn an_address_that_others_could_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    for listen in [
        "0.0.0.0:8080",
        "192.168.0.4:80",
        "[::]:8080",
        "nonsense",
        "127.0.0.1",
    ] {
        let (code, _, err) = stratum(&["serve", "--listen", listen, "--data", &data]);
        assert_eq!(code, 2, "{listen}");
        assert!(err.contains("[listen.refused]"), "{err}");
    }
}

#[test]
fn a_folder_without_a_database_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none").display().to_string();
    for command in ["verify", "replay", "doctor"] {
        let (code, _, err) = stratum(&[command, "--data", &data]);
        assert_eq!(code, 4, "{command}: {err}");
        assert!(err.contains("[data.not_found]"), "{err}");
    }
    assert!(
        !folder.path().join("none").exists(),
        "asking changes nothing"
    );
}

/// A command about the tenant `north`; it must work.
pub(crate) fn about_north(data: &str, words: &[&str], more: &[&str]) -> String {
    let of = ["--data", data, "--tenant", "north"];
    let all: Vec<&str> = words.iter().chain(&of).chain(more).copied().collect();
    let (code, out, err) = stratum(&all);
    assert_eq!(code, 0, "{words:?}: {err}");
    out
}

pub(crate) fn set_up(data: &str) {
    about_north(data, &["tenant", "add"], &["--name", "North"]);
    let account = [
        "--id",
        "act_1",
        "--name",
        "A",
        "--platform",
        "meta",
        "--currency",
        "EUR",
    ];
    about_north(data, &["tenant", "account"], &account);
    let campaign = [
        "--account",
        "act_1",
        "--id",
        "c1",
        "--name",
        "Tents",
        "--daily-budget",
        "100",
    ];
    about_north(data, &["tenant", "campaign"], &campaign);
}

#[test]
fn a_tenant_is_set_up_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up(&data);
    let source = ["--id", "web", "--name", "Web", "--channel", "browser"];
    let key = about_north(&data, &["tenant", "source"], &source);
    assert!(key.starts_with("wk_"), "{key}");
    about_north(&data, &["tenant", "rule"], &["--target-return", "3.2"]);
    let (code, out, _) = stratum(&["tenant", "list", "--data", &data]);
    assert_eq!((code, out.as_str()), (0, "north  North\n"));
    let (code, out, _) = stratum(&["verify", "--data", &data]);
    assert_eq!(
        (code, out.contains("intact, 1 entries")),
        (0, true),
        "{out}"
    );
    let (code, out, _) = stratum(&["doctor", "--data", &data]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("policy baseline-2026-11"), "{out}");
    let bad = [
        "tenant", "account", "--data", &data, "--tenant", "north", "--id", "x", "--name",
    ];
    let bad: Vec<&str> = bad
        .into_iter()
        .chain(["X", "--platform", "meta", "--currency"])
        .collect();
    let unknown: Vec<&str> = bad.iter().copied().chain(["XXQ"]).collect();
    assert_eq!(stratum(&unknown).0, 2);
    let nowhere: Vec<&str> = bad
        .into_iter()
        .chain(["EUR", "--time-zone", "Mars/Base"])
        .collect();
    let (code, _, err) = stratum(&nowhere);
    assert_eq!(
        (code, err.contains("[input.unknown_time_zone]")),
        (2, true),
        "{err}"
    );
}

#[test]
fn a_file_is_imported_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up(&data);
    let good = "timestamp,value\n2026-11-01T00:00:00Z,0.5\n2026-11-01T01:00:00Z,0.6\n";
    let file = folder.path().join("series.csv");
    std::fs::write(&file, good).unwrap();
    let file = file.display().to_string();
    let series = ["--account", "act_1", "--metric", "cost_per_click"];
    let out = about_north(&data, &["import", "series", &file], &series);
    assert_eq!(out, "2 rows imported\n");
    let import = |words: &[&str], input: &str| {
        let all: Vec<&str> = ["import", "--data", &data]
            .iter()
            .chain(words)
            .copied()
            .collect();
        stratum_with(&all, input)
    };
    let words: Vec<&str> = ["series", "-"].into_iter().chain(series).collect();
    let (code, _, err) = import(&words, &good.replace("0.6", "NaN"));
    assert_eq!((code, err.contains("rows[1].value")), (2, true), "{err}");
    let (code, _, err) = import(&["metrics", &file, "--tenant", "south"], "");
    assert_eq!((code, err.contains("[tenant.unknown]")), (4, true), "{err}");
    assert_eq!(
        import(&["series", &file], "").0,
        2,
        "a series needs its account and metric"
    );
    assert_eq!(import(&["metrics", &file], "").0, 2, "these are no metrics");
}

#[test]
fn touches_and_conversions_of_persons_are_imported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up(&data);
    let import = |kind: &str, rows: &str| {
        let words = ["import", kind, "-", "--data", &data];
        stratum_with(&words, rows)
    };
    let touches = "person,channel,kind,at\nada,mail,click,2026-11-01T00:00:00Z\n";
    let (code, out, err) = import("touchpoints", touches);
    assert_eq!((code, out.as_str()), (0, "1 rows imported\n"), "{err}");
    let sales =
        r#"[{"person": "ada", "at": "2026-11-02T00:00:00Z", "amount": "9.90", "currency": "EUR"}]"#;
    let (code, out, err) = import("conversions", sales);
    assert_eq!((code, out.as_str()), (0, "1 rows imported\n"), "{err}");
    let (code, _, err) = import("touchpoints", &touches.replace("click", "swipe"));
    assert_eq!((code, err.contains("rows[0].kind")), (2, true), "{err}");
}
