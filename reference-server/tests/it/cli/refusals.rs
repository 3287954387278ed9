//! What does a command refuse before anything is done, and does it say what was expected?

use serde_json::Value;

use super::{review, samples, set_up, stratum};

#[test]
fn a_time_nobody_lives_in_is_refused_and_leaves_nothing_behind() {
    let folder = samples();
    let data = folder.path().join("demo");
    let shown = data.display().to_string();
    let demo = ["demo", "--only-make", "--days", "14", "--data", &shown];
    for time in [
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
        "1994-12-31T23:59:59Z",
        "3000-01-01T00:00:00Z",
    ] {
        let said = "expected a year from 1995 to 2999";
        let now = format!("--now={time}");
        let (code, out, err) = stratum(&["example", "evidence", &now]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(said), "{err}");
        let end = format!("--end={time}");
        let words: Vec<&str> = demo.into_iter().chain([end.as_str()]).collect();
        let (code, _, err) = stratum(&words);
        assert_eq!((code, err.contains(said)), (2, true), "{err}");
        assert!(!data.exists(), "{time}: something was made");
        let (code, _, err) = review(folder.path(), "evidence.toml", &[&now]);
        assert_eq!(code, 2, "{err}");
    }
    let (code, _, err) = stratum(&["example", "evidence", "--now", "yesterday"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("expected a time such as 2026-11-25T12:00:00Z"),
        "{err}"
    );
}

#[test]
fn a_number_that_is_none_is_named_with_its_file_and_field() {
    let folder = samples();
    let good = std::fs::read_to_string(folder.path().join("evidence.toml")).unwrap();
    let bad = good.replace("failed_auth = 0", "failed_auth = inf");
    std::fs::write(folder.path().join("inf.toml"), bad).unwrap();
    let (code, _, err) = review(folder.path(), "inf.toml", &[]);
    assert_eq!(code, 2, "{err}");
    let said = "inf.toml: readings.api_calls.measured.value.failed_auth: expected a finite number, not `inf` [input.malformed]";
    assert!(err.trim_end().ends_with(said), "{err}");
}

#[test]
fn a_time_in_a_document_that_is_none_is_told_what_a_time_looks_like() {
    let folder = samples();
    let good = std::fs::read_to_string(folder.path().join("evidence.toml")).unwrap();
    for time in [
        "yesterday",
        "2026-11-25",
        "2026-13-25T12:00:00Z",
        "2026-11-25T12:00:00Z!",
    ] {
        let bad = good.replacen(
            "at = \"2026-11-25T12:00:00Z\"",
            &format!("at = \"{time}\""),
            1,
        );
        std::fs::write(folder.path().join("time.toml"), bad).unwrap();
        let (code, _, err) = review(folder.path(), "time.toml", &[]);
        assert_eq!(code, 2, "{err}");
        let said = "; expected a time such as 2026-11-25T12:00:00Z [input.invalid_field]";
        assert!(err.trim_end().ends_with(said), "{err}");
    }
}

#[test]
fn a_review_names_the_policy_it_was_made_under() {
    let folder = samples();
    let (_, text, _) = review(folder.path(), "evidence.toml", &[]);
    let line = text.lines().last().unwrap();
    assert!(
        line.starts_with("policy  baseline-2026-11, digest ")
            && line.ends_with("; no --policy was named"),
        "{text}"
    );
    let (_, answer, _) = review(folder.path(), "evidence.toml", &["--json"]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["policy"]["version"], "baseline-2026-11");
    let digest = answer["policy"]["digest"].as_str().unwrap();
    assert!(line.contains(digest), "{line} {digest}");
    let policy = folder.path().join("policy.toml").display().to_string();
    let (_, text, _) = review(folder.path(), "evidence.toml", &["--policy", &policy]);
    assert!(
        text.trim_end().ends_with(&format!("digest {digest}")),
        "{text}"
    );
}

#[test]
fn a_tenant_that_is_there_is_not_renamed_by_accident() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up(&data);
    let add = |more: &[&str]| {
        let words = ["tenant", "add", "--data", &data, "--tenant", "north"];
        let words: Vec<&str> = words.iter().chain(more).copied().collect();
        stratum(&words)
    };
    let name = || stratum(&["tenant", "list", "--data", &data]).1;
    let (code, _, err) = add(&["--name", "South"]);
    assert_eq!(code, 2, "{err}");
    let said = "--tenant: there is a tenant `north` already, called `North`; --rename gives it another name [tenant.exists]";
    assert!(err.contains(said), "{err}");
    assert_eq!(name(), "north  North\n");
    assert_eq!(add(&["--name", "South", "--rename"]).0, 0);
    assert_eq!(name(), "north  South\n");
}
