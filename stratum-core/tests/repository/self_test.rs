//! Would each rule notice? Small houses with one thing wrong, and small houses that are fine.
//!
//! Not here: the real house (`repository.rs`).

use std::collections::BTreeSet;

use super::code_text::{code_only, functions, identifiers, without_tests, words};
use super::core_codes::{codes, wrong_rows};
use super::crates::{
    Dependency, Package, permitted, uninvited, wrong_doors, wrong_edges, wrong_licences,
};
use super::documents::{broken_links, drawn_paths, gaps_in_decisions, missing_rooms, own_lints};
use super::glossary::{Row, forbidden_words, rows};
use super::rules;
use super::server_pages::{unlisted_codes, unlisted_routes};
use super::tree::File;

fn package(name: &str, knows: &str, for_tests: bool) -> Package {
    let dependencies = vec![Dependency {
        name: knows.to_owned(),
        for_tests,
    }];
    Package {
        name: name.to_owned(),
        ours: true,
        licence: "MIT".to_owned(),
        dependencies,
    }
}

fn lines(count: usize) -> String {
    "let x = 1;\n".repeat(count)
}

#[test]
fn comments_strings_and_literals_are_not_code() {
    let text = "let a = \"fn b() {\"; // fn c\n/* fn /* d */ e */ let f = 'g'; let h: &'i str = r#\"fn \"j\"#;";
    let code = code_only(text, true);
    let names: Vec<&str> = identifiers(&code)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(names, ["let", "a", "let", "f", "let", "h", "i", "str"]);
    assert_eq!(code.lines().count(), 2);
    assert_eq!(
        code_only("a -- b 'c'\nd", false)
            .split_whitespace()
            .collect::<Vec<_>>(),
        ["a", "d"]
    );
}

#[test]
fn quotes_and_braces_in_literals_do_not_confuse_the_count() {
    let text =
        "fn a() { let b = '{'; let c = \"}\\\"\"; let d = '\\''; let e = b'\"'; }\nfn f() {\n1\n}";
    assert_eq!(
        functions(&code_only(text, true)),
        [("a".to_owned(), 1), ("f".to_owned(), 1)]
    );
}

#[test]
fn a_function_is_as_long_as_its_code_lines() {
    let text = format!(
        "fn declared(a: [u8; 3]);\nfn long(b: u8) -> u8 {{\n{}// c\n\n}}",
        lines(71)
    );
    assert_eq!(
        functions(&code_only(&text, true)),
        [("long".to_owned(), 71)]
    );
    let on_purpose = format!(
        "fn a() {{}}\n#[expect(clippy::too_many_lines)]\n{}",
        &text[25..]
    );
    assert_eq!(functions(&on_purpose), [("a".to_owned(), 0)]);
    let long = |path| rules::long_functions(&[File::new(path, &text)]).len();
    assert_eq!(long("stratum-core/src/a.rs"), 1);
    assert_eq!(long("stratum-core/tests/a.rs"), 0);
}

#[test]
fn tests_inside_a_file_are_not_its_code() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { c() }\n}\nfn d() {}";
    let names: Vec<String> = functions(&without_tests(text))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a", "d"]);
}

#[test]
fn a_file_over_the_limit_and_too_many_long_files_are_noticed() {
    assert_eq!(
        rules::too_long(&[File::new("a/src/b.rs", &lines(601))]).len(),
        1
    );
    assert_eq!(
        rules::too_long(&[File::new("a/src/b.rs", &lines(500))]).len(),
        0
    );
    let two = [
        File::new("a/src/b.rs", &lines(500)),
        File::new("a/src/c.rs", &lines(401)),
    ];
    assert_eq!(rules::too_long(&two).len(), 1);
    assert_eq!(
        rules::too_long(&[File::new("a/src/generated/b.rs", &lines(900))]).len(),
        0
    );
}

#[test]
fn a_crowded_folder_and_a_stranger_at_the_top_are_noticed() {
    let many = |count: usize| -> Vec<File> {
        (0..count)
            .map(|n| File::new(&format!("a/src/f{n}.rs"), ""))
            .collect()
    };
    assert_eq!(rules::crowded_folders(&many(15)).len(), 1);
    assert_eq!(rules::crowded_folders(&many(14)).len(), 0);
    let mut with_preface = many(14);
    with_preface.push(File::new("a/src/f1/inside.rs", ""));
    assert_eq!(rules::crowded_folders(&with_preface).len(), 0);
    assert_eq!(
        rules::strangers_at_the_top(&[File::new("scripts/x.sh", "")]).len(),
        1
    );
    assert_eq!(
        rules::strangers_at_the_top(&[File::new("docs/x.md", "")]).len(),
        0
    );
}

#[test]
fn names_that_say_nothing_and_files_without_a_question_are_noticed() {
    for path in [
        "a/src/utils.rs",
        "a/src/date_helpers.rs",
        "a/src/trust/mod.rs",
        "a/src/common/b.rs",
    ] {
        assert_eq!(
            rules::empty_names(&[File::new(path, "")]).len(),
            1,
            "{path}"
        );
    }
    assert_eq!(
        rules::empty_names(&[File::new("a/src/modest.rs", "")]).len(),
        0
    );
    assert_eq!(
        rules::without_preface(&[File::new("a/b.rs", "use x;\n")]).len(),
        1
    );
    assert_eq!(
        rules::without_preface(&[File::new("a/b.rs", "//! Why?\n")]).len(),
        0
    );
}

#[test]
fn a_clock_chance_the_environment_or_a_float_function_elsewhere_is_noticed() {
    let at = |path, text| rules::said_elsewhere(&[File::new(path, text)]).len();
    assert_eq!(at("stratum-store/src/a.rs", "let now = Utc::now();"), 1);
    assert_eq!(
        at("reference-server/src/clock.rs", "let now = Utc::now();"),
        0
    );
    assert_eq!(
        at("reference-server/tests/a.rs", "let now = Utc::now();"),
        0
    );
    assert_eq!(at("stratum-store/src/a.rs", "// not Utc::now()"), 0);
    assert_eq!(
        at("reference-server/src/jobs/a.rs", "std::env::var(NAME)"),
        1
    );
    assert_eq!(
        at("reference-server/src/config/http.rs", "std::env::var(NAME)"),
        0
    );
    assert_eq!(at("reference-server/src/a.rs", "rand::rng().random()"), 1);
    assert_eq!(at("stratum-core/src/signal/a.rs", "x.powf(2.0)"), 1);
    assert_eq!(at("stratum-core/src/signal/a.rs", "libm::exp(x)"), 1);
}

#[test]
fn std_in_the_core_is_noticed() {
    let leaks = |path, text| rules::core_leaks(&[File::new(path, text)]).len();
    assert_eq!(leaks("stratum-core/src/a.rs", "use std::fs;"), 1);
    assert_eq!(
        leaks("stratum-core/src/a.rs", "use alloc::vec::Vec; // std::"),
        0
    );
    assert_eq!(leaks("stratum-core/src/lib.rs", "pub mod a;"), 1);
}

#[test]
fn paths_of_machines_and_foreign_registries_are_noticed() {
    let home = format!("cd {}home/ana/x", '/');
    assert_eq!(
        rules::machine_paths(&[File::new("docs/a.md", &home)]).len(),
        1
    );
    let url = format!("https://example.org{}work/x", '/');
    assert_eq!(
        rules::machine_paths(&[File::new("docs/a.md", &url)]).len(),
        0
    );
    let lock = |host| format!("\"resolved\": \"https://{host}/react/-/react.tgz\"");
    let foreign =
        |host| rules::foreign_registries(&[File::new("a/package-lock.json", &lock(host))]).len();
    assert_eq!(foreign("mirror.example.org"), 1);
    assert_eq!(foreign("registry.npmjs.org"), 0);
}

#[test]
fn a_forbidden_synonym_is_noticed_in_any_spelling() {
    let page = "| word | forbidden synonyms |\n|---|---|\n| **Limit** | `guardrail`, `spend cap` |\n| Day | |\n";
    let table = rows(page);
    assert_eq!(table[0].word, "Limit");
    assert_eq!(table[0].forbidden, ["guardrail", "spend cap"]);
    assert_eq!(
        table[1],
        Row {
            word: "Day".to_owned(),
            forbidden: vec![]
        }
    );
    let found = |path, text| forbidden_words(&[File::new(path, text)], &table).len();
    for text in [
        "struct GuardRail2; struct Guardrail;",
        "let guardrails = 1;",
        "fn daily_spend_cap() {}",
    ] {
        assert_eq!(found("a/src/b.rs", text), 1, "{text}");
    }
    assert_eq!(
        found("a/migrations/0001.sql", "create table guardrail (id) -- x"),
        1
    );
    assert_eq!(
        found(
            "a/src/b.rs",
            "// a guardrail\nlet spend = \"guardrail\"; let capital = 1;"
        ),
        0
    );
    assert_eq!(words("signalHealth_low"), ["signal", "health", "low"]);
}

#[test]
fn wrong_edges_doors_licences_and_guests_are_noticed() {
    let edges = |name, knows| {
        wrong_edges(&[
            package(name, knows, false),
            package("stratum-trust-store", "serde", false),
        ])
        .len()
    };
    assert_eq!(edges("stratum-trust-connectors", "stratum-trust-store"), 1);
    assert_eq!(edges("stratum-trust-server", "stratum-trust-store"), 0);
    assert_eq!(edges("a-new-crate", "serde"), 1);
    let doors = |name, door, for_tests| wrong_doors(&[package(name, door, for_tests)]).len();
    assert_eq!(doors("stratum-trust-server", "sqlx", false), 1);
    assert_eq!(doors("stratum-trust-store", "sqlx", false), 0);
    assert_eq!(doors("stratum-trust-server", "reqwest", true), 0);
    assert_eq!(uninvited(&BTreeSet::from(["serde", "tokio"])).len(), 1);
    assert!(permitted("MIT OR GPL-3.0") && permitted("(MIT/Apache-2.0) AND Unicode-3.0"));
    assert!(!permitted("MIT AND MPL-2.0") && !permitted(""));
    let copyleft = Package {
        licence: "AGPL-3.0".to_owned(),
        ..package("xtask", "serde", false)
    };
    assert_eq!(wrong_licences(&[copyleft]).len(), 1);
}

#[test]
fn papers_about_rooms_that_do_not_exist_are_noticed() {
    let page = "<!-- today:begin -->\n```\nxtask/   commands\n  src/demo.rs  demo\nbenches/ later\n```\n<!-- today:end -->";
    assert!(drawn_paths("xtask/ x\n  src/demo.rs").contains("xtask/src/demo.rs"));
    let house = [
        File::new("docs/ARCHITECTURE.md", page),
        File::new("xtask/src/demo.rs", ""),
    ];
    let complaints = missing_rooms(&house);
    assert_eq!(
        complaints,
        [
            "docs/ARCHITECTURE.md draws benches, which does not exist",
            "docs/ARCHITECTURE.md does not draw docs",
        ]
    );
    let linking = [File::new(
        "docs/a.md",
        "[b](b.md) [c](../README.md#top) [d](https://example.org)",
    )];
    assert_eq!(broken_links(&linking).len(), 2);
}

#[test]
fn gaps_in_numbers_and_crates_with_their_own_lints_are_noticed() {
    let decision = |name: &str| File::new(&format!("docs/decisions/{name}"), "");
    assert_eq!(
        gaps_in_decisions(&[decision("0001-a.md"), decision("0003-b.md")]).len(),
        1
    );
    assert_eq!(
        gaps_in_decisions(&[decision("0001-a.md"), decision("0002-b.md")]).len(),
        0
    );
    assert_eq!(
        own_lints(&[File::new("a/Cargo.toml", "[package]\n")]).len(),
        1
    );
    assert_eq!(
        own_lints(&[File::new("a/Cargo.toml", "[lints]\nworkspace = true\n")]).len(),
        0
    );
}

#[test]
fn a_route_or_a_code_that_no_page_lists_is_noticed() {
    let source = "fn routes() { Router::new().route(\"/a\", get(list).post(make))\n.route(\n\"/a/{id}\",\nput(change)) }\n\
                  let verbs = [\n(\"/track\", \"/t\", Kind::Track),\n];\n";
    let house = |page: &str| {
        [
            File::new("reference-server/src/http/v1/a.rs", source),
            File::new("docs/API.md", page),
        ]
    };
    let whole = "| `GET /v1/a` | a |\n| `POST /v1/a` | b |\n| `PUT /v1/a/{id}` | c |\n| `POST /v1/track`, `POST /v1/t` | d |\n";
    assert!(unlisted_routes(&house(whole)).is_empty());
    let other = whole.replace("PUT /v1/a/{id}", "GET /v1/a/{id}");
    assert_eq!(unlisted_routes(&house(&other)).len(), 2);
    let coded = |page: &str| {
        [
            File::new(
                "reference-server/src/imports/a.rs",
                "wrong(\"import.bad_row\", \"ingest.no_key\", \"import.\")",
            ),
            File::new("docs/INGESTION.md", page),
        ]
    };
    assert!(unlisted_codes(&coded("`bad_row` and `ingest.no_key`")).is_empty());
    assert_eq!(unlisted_codes(&coded("bad_row and `no_key`")).len(), 2);
}

#[test]
fn a_code_of_the_core_that_the_page_lacks_or_invents_is_noticed() {
    let source = "/// `code: \"a.comment\"` is text é\nfn code(&self) -> &'static str {\nmatch self {\n// \"a.note\"\n\
                  Self::One => \"a.one\", // \"a.two\"\nSelf::Two => \"plain\",\n}\n}\n\
                  fn path() -> &'static str { \"a.path\" }\nlet error = E { code: \"a.three\".to_owned(), path: \"a.b\".into() };\n\
                  #[cfg(test)]\nmod tests {\nfn code() { \"a.test\" }\n}\n";
    let house = |page: &str| {
        [
            File::new("stratum-core/src/a.rs", source),
            File::new("docs/ERRORS.md", page),
        ]
    };
    let found: Vec<String> = codes(&house("")).into_iter().collect();
    assert_eq!(found, ["a.one", "a.three"]);
    let whole = "| code | b | c |\n|---|---|---|\n| `a.one` | b | c |\n| `a.three` | b | c |\n";
    assert!(wrong_rows(&house(whole)).is_empty());
    for wrong in [
        whole.replace("| `a.one` | b | c |\n", ""),
        whole.replace("a.one", "a.four"),
        whole.replace("`a.one` | b | c", "`a.one` | b |"),
        format!("{whole}| `a.one` | b | c |\n"),
    ] {
        assert!(!wrong_rows(&house(&wrong)).is_empty(), "{wrong}");
    }
}
