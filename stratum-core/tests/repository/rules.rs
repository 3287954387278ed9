//! What does the house demand of its files? Each rule is a function from files to complaints, so that it can be tried
//! on small inputs.
//!
//! Not here: rules about words (`glossary`) and about crates (`crates`).

use std::collections::{BTreeMap, BTreeSet};

use super::code_text::{code_only, functions, without_tests};
use super::tree::File;

const CODE: [&str; 8] = [".rs", ".ts", ".tsx", ".mjs", ".js", ".py", ".sql", ".css"];
const TYPICAL_LINES: usize = 400;
const MOST_LINES: usize = 600;
/// One file in twenty may be longer than typical.
const LONG_SHARE: usize = 20;
const FUNCTION_LINES: usize = 70;
const FOLDER_ENTRIES: usize = 14;

/// The rooms and papers of the top level, as agreed; a new one is a decision.
const TOP_LEVEL: [&str; 19] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "bindings",
    "docs",
    "examples",
    "fuzz",
    "reference-server",
    "rust-toolchain.toml",
    "stratum-connectors",
    "stratum-core",
    "stratum-store",
    "xtask",
    // left behind by builds
    "dist",
    "target",
];

/// Words that say nothing about what a file answers.
const EMPTY_WORDS: [&str; 11] = [
    "common",
    "helper",
    "helpers",
    "manager",
    "misc",
    "mod",
    "service",
    "util",
    "utilities",
    "utils",
    "v2",
];

/// What may be said in one file only: the words, the file (or its start), why.
const ONE_PLACE: [(&[&str], &[&str], &str); 6] = [
    (
        &["Utc::now", "Local::now", "SystemTime::now"],
        &["reference-server/src/clock.rs"],
        "pass `now`; one file looks at a clock",
    ),
    (
        &["Instant::now"],
        &[
            "reference-server/src/clock.rs",
            // how long a call took is itself a reading
            "stratum-connectors/src/transport.rs",
            "xtask/src/stopwatch.rs",
        ],
        "pass `now`; durations are measured where the clock is",
    ),
    (
        &[
            "thread_rng",
            "rand::rng",
            "rand::random",
            "OsRng",
            "getrandom",
            "from_entropy",
            "from_os_rng",
        ],
        &["reference-server/src/chance.rs"],
        "pass a seed; one file draws chance",
    ),
    (
        &["env::var", "env::vars", "env::var_os", "env::set_var"],
        &["reference-server/src/config", "xtask/src/workplace.rs"],
        "one place reads the environment",
    ),
    (
        &["libm::"],
        &["stratum-core/src/numeric/functions.rs"],
        "every float function goes through numeric/functions.rs",
    ),
    (
        &[
            ".exp()",
            ".ln()",
            ".powf(",
            ".powi(",
            ".sqrt()",
            ".mul_add(",
            ".tanh()",
            ".log10()",
            ".cbrt()",
        ],
        &["stratum-core/src/numeric/functions.rs"],
        "std's float functions differ between platforms; use numeric/functions.rs",
    ),
];

pub(crate) fn too_long(files: &[File]) -> Vec<String> {
    let code: Vec<(&str, usize)> = files
        .iter()
        .filter(|file| file.has_ending(&CODE) && !file.is_generated())
        .map(|file| (file.path.as_str(), file.text.lines().count()))
        .collect();
    let mut long: Vec<_> = code
        .iter()
        .filter(|(_, lines)| *lines > TYPICAL_LINES)
        .collect();
    long.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    let allowed = code.len().div_ceil(LONG_SHARE);
    let mut complaints: Vec<String> = long
        .iter()
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines, at most {MOST_LINES}"))
        .collect();
    if long.len() > allowed {
        let worst: Vec<_> = long
            .iter()
            .take(5)
            .map(|(path, lines)| format!("{path} {lines}"))
            .collect();
        complaints.push(format!(
            "{} of {} files have more than {TYPICAL_LINES} lines, at most {allowed}; the worst: {}",
            long.len(),
            code.len(),
            worst.join(", ")
        ));
    }
    complaints
}

pub(crate) fn long_functions(files: &[File]) -> Vec<String> {
    let rust = files
        .iter()
        .filter(|file| file.has_ending(&[".rs"]) && !file.is_test());
    rust.flat_map(|file| {
        functions(&without_tests(&code_only(&file.text, true)))
            .into_iter()
            .filter(|(_, lines)| *lines > FUNCTION_LINES)
            .map(|(name, lines)| {
                format!(
                    "{}: `{name}` has {lines} lines, at most {FUNCTION_LINES}",
                    file.path
                )
            })
            .collect::<Vec<_>>()
    })
    .collect()
}

/// A file and the folder it prefaces count once, and so do a case and its expected output.
pub(crate) fn crowded_folders(files: &[File]) -> Vec<String> {
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.is_generated()) {
        let mut path = file.path.as_str();
        while let Some((folder, name)) = path.rsplit_once('/') {
            let name = name.trim_start_matches('.');
            folders
                .entry(folder)
                .or_default()
                .insert(name.split('.').next().unwrap_or(name));
            path = folder;
        }
    }
    let data = [
        "conformance",
        "corpus",
        "fixtures",
        "migrations",
        "misuse",
        "snapshots",
        "decisions",
        "methods",
    ];
    folders
        .into_iter()
        .filter(|(folder, _)| !folder.split('/').any(|part| data.contains(&part)))
        .filter(|(_, names)| names.len() > FOLDER_ENTRIES)
        .map(|(folder, names)| {
            format!(
                "{folder}: {} entries, at most {FOLDER_ENTRIES}",
                names.len()
            )
        })
        .collect()
}

pub(crate) fn strangers_at_the_top(files: &[File]) -> Vec<String> {
    let top: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .collect();
    top.into_iter()
        .filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name))
        .map(|name| format!("{name}: not a room of the house; see docs/ARCHITECTURE.md"))
        .collect()
}

pub(crate) fn empty_names(files: &[File]) -> Vec<String> {
    let code = files.iter().filter(|file| file.has_ending(&CODE));
    code.filter_map(|file| {
        let separators = |c: char| !c.is_alphanumeric();
        let word = file
            .path
            .split(separators)
            .find(|word| EMPTY_WORDS.contains(word))?;
        Some(format!(
            "{}: `{word}` does not say which question it answers",
            file.path
        ))
    })
    .collect()
}

pub(crate) fn without_preface(files: &[File]) -> Vec<String> {
    let rust = files
        .iter()
        .filter(|file| file.has_ending(&[".rs"]) && !file.is_generated());
    rust.filter(|file| !file.text.starts_with("//! "))
        .map(|file| {
            format!(
                "{}: does not start with `//!` and the question it answers",
                file.path
            )
        })
        .collect()
}

pub(crate) fn said_elsewhere(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.has_ending(&[".rs"]) && !file.is_test())
    {
        let code = without_tests(&code_only(&file.text, true));
        for (phrases, places, why) in ONE_PLACE {
            let here = places.iter().any(|place| file.path.starts_with(place));
            let said = phrases.iter().find(|phrase| code.contains(**phrase));
            if let (false, Some(phrase)) = (here, said) {
                complaints.push(format!("{}: says `{phrase}`; {why}", file.path));
            }
        }
    }
    complaints
}

/// The core sees no std and no order that depends on a hash seed, and it says so in its first lines.
pub(crate) fn core_leaks(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.path.starts_with("stratum-core/src/"))
    {
        let code = without_tests(&code_only(&file.text, true));
        let leak = ["std::", "HashMap", "HashSet", "extern crate std"];
        let leaks = leak.iter().filter(|word| code.contains(**word));
        complaints.extend(leaks.map(|word| format!("{}: `{word}` in the core", file.path)));
        if file.path == "stratum-core/src/lib.rs" && !code.contains("#![no_std]") {
            complaints.push("stratum-core/src/lib.rs: lost its `#![no_std]`".to_owned());
        }
    }
    complaints
}

/// Paths of somebody's machine. The words are put together here so that this file does not contain them.
pub(crate) fn machine_paths(files: &[File]) -> Vec<String> {
    let homes =
        ["home", "root", "work", "farm", "tmp", "Users"].map(|folder| format!("/{folder}/"));
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.lock"))
    {
        for (number, line) in file.text.lines().enumerate() {
            let starts = |home: &String| {
                line.match_indices(home.as_str()).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || ".-_}~)*/>".contains(c))
                })
            };
            if let Some(home) = homes.iter().find(|home| starts(home)) {
                complaints.push(format!(
                    "{}:{}: a path of a machine, `{home}`",
                    file.path,
                    number + 1
                ));
            }
        }
    }
    complaints
}

/// A lock file that names another registry works on one machine only.
pub(crate) fn foreign_registries(files: &[File]) -> Vec<String> {
    let locks = files
        .iter()
        .filter(|file| file.has_ending(&["package-lock.json"]));
    locks
        .filter_map(|file| {
            let resolved = file
                .text
                .lines()
                .filter(|line| line.contains("\"resolved\""));
            let foreign = resolved
                .filter(|line| {
                    line.contains("://") && !line.contains("https://registry.npmjs.org/")
                })
                .count();
            (foreign > 0).then(|| format!("{}: {foreign} packages of another registry", file.path))
        })
        .collect()
}
