//! Which crate may know which? Reads `cargo metadata` and `cargo tree` and compares them with the tables below.
//!
//! Not here: duplicates of versions and advisories (`.cargo/deny.toml`).

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Who may know whom among our own crates. Tests and benches of a crate may use no more than the crate itself.
const EDGES: [(&str, &[&str]); 6] = [
    ("stratum-trust-core", &[]),
    ("stratum-trust-store", &["stratum-trust-core"]),
    ("stratum-trust-connectors", &["stratum-trust-core"]),
    (
        "stratum-trust-server",
        &[
            "stratum-trust-core",
            "stratum-trust-store",
            "stratum-trust-connectors",
        ],
    ),
    (
        "stratum-benches",
        &["stratum-trust-core", "stratum-trust-store"],
    ),
    ("xtask", &[]),
];

/// Doors to the outside: the crate, and who alone may open it (tests apart).
const DOORS: [(&str, &[&str]); 6] = [
    ("sqlx", &["stratum-trust-store"]),
    ("reqwest", &["stratum-trust-connectors"]),
    // the connectors' fake platform answers over a real socket
    (
        "axum",
        &["stratum-trust-server", "stratum-trust-connectors"],
    ),
    ("clap", &["stratum-trust-server"]),
    ("libm", &["stratum-trust-core"]),
    ("rand_chacha", &["stratum-trust-core"]),
];

/// Everything the core may pull in, however deep. A new name here is a decision, not an accident.
const CORE_MAY_PULL_IN: [&str; 31] = [
    "arrayvec",
    "block-buffer",
    "cfg-if",
    "chrono",
    "cpufeatures",
    "crypto-common",
    "digest",
    "foldhash",
    "hashbrown",
    "hybrid-array",
    "itoa",
    "libm",
    "memchr",
    "num-traits",
    "ppv-lite86",
    "proc-macro2",
    "quote",
    "rand_chacha",
    "rand_core",
    "rust_decimal",
    "serde",
    "serde_core",
    "serde_derive",
    "serde_json",
    "sha2",
    "syn",
    "thiserror",
    "thiserror-impl",
    "typenum",
    "unicode-ident",
    "zerocopy",
];
/// The same, where the name explains itself less.
const CORE_MAY_PULL_IN_TOO: [(&str, &str); 1] = [("zmij", "how serde_json writes floats")];

/// The list of .cargo/deny.toml.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// A package as `cargo metadata` describes it.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) ours: bool,
    pub(crate) licence: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A line of a `[dependencies]` table.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Of `[dev-dependencies]`: only tests see it.
    pub(crate) for_tests: bool,
}

/// What cargo resolved for this machine.
pub(crate) fn packages() -> Vec<Package> {
    let printed = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        &host(),
    ]);
    let metadata: Value = serde_json::from_str(&printed).expect("cargo prints JSON");
    let used: BTreeSet<&str> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|n| text(&n["id"]))
        .collect();
    let members: BTreeSet<&str> = list(&metadata["workspace_members"])
        .iter()
        .map(text)
        .collect();
    list(&metadata["packages"])
        .iter()
        .filter(|package| used.contains(text(&package["id"])))
        .map(|package| Package {
            name: text(&package["name"]).to_owned(),
            ours: members.contains(text(&package["id"])),
            licence: text(&package["license"]).to_owned(),
            dependencies: list(&package["dependencies"])
                .iter()
                .map(dependency)
                .collect(),
        })
        .collect()
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: text(&value["name"]).to_owned(),
        for_tests: value["kind"] == "dev",
    }
}

pub(crate) fn wrong_edges(packages: &[Package]) -> Vec<String> {
    let ours: BTreeSet<&str> = packages
        .iter()
        .filter(|package| package.ours)
        .map(|package| package.name.as_str())
        .collect();
    let mut complaints = Vec::new();
    for package in packages.iter().filter(|package| package.ours) {
        let Some((_, may_know)) = EDGES.iter().find(|(name, _)| *name == package.name) else {
            complaints.push(format!(
                "{}: a crate without a row in `EDGES`",
                package.name
            ));
            continue;
        };
        let inside = package
            .dependencies
            .iter()
            .filter(|one| ours.contains(one.name.as_str()));
        let wrong = inside.filter(|one| !may_know.contains(&one.name.as_str()));
        complaints.extend(wrong.map(|one| format!("{} must not know {}", package.name, one.name)));
    }
    complaints
}

pub(crate) fn wrong_doors(packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for package in packages
        .iter()
        .filter(|package| package.ours && package.name != "stratum-benches")
    {
        for one in package.dependencies.iter().filter(|one| !one.for_tests) {
            let owners = DOORS
                .iter()
                .find(|(door, _)| *door == one.name)
                .map(|(_, owners)| *owners);
            if let Some(owners) = owners.filter(|owners| !owners.contains(&package.name.as_str())) {
                complaints.push(format!(
                    "{} opens {}, which only {} may",
                    package.name,
                    one.name,
                    owners.join(", ")
                ));
            }
        }
    }
    complaints
}

pub(crate) fn uninvited_in_core() -> Vec<String> {
    let tree = cargo(&[
        "tree",
        "--package",
        "stratum-trust-core",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let names: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    uninvited(&names)
}

pub(crate) fn uninvited(names: &BTreeSet<&str>) -> Vec<String> {
    let known = |name: &str| {
        name == "stratum-trust-core"
            || CORE_MAY_PULL_IN.contains(&name)
            || CORE_MAY_PULL_IN_TOO.iter().any(|(too, _)| *too == name)
    };
    let strangers = names.iter().filter(|name| !name.is_empty() && !known(name));
    strangers
        .map(|name| format!("the core pulls in {name}, which nobody has decided"))
        .collect()
}

pub(crate) fn wrong_licences(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .filter(|package| !permitted(&package.licence))
        .map(|package| format!("{}: licence `{}`", package.name, package.licence))
        .collect()
}

/// One alternative of which every part is on the list.
pub(crate) fn permitted(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    plain.split(" OR ").any(|alternative| {
        alternative
            .split(" AND ")
            .all(|part| LICENCES.contains(&part.trim()))
    })
}

fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc answers");
    let text = String::from_utf8(output.stdout).expect("rustc prints text");
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host line")
        .to_owned()
}

fn cargo(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(words)
        .current_dir(super::tree::root())
        .output()
        .expect("cargo answers");
    assert!(
        output.status.success(),
        "cargo {words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
