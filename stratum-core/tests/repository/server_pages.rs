//! Do the pages about the server list what it answers? Every route in docs/API.md, every code of taking data in in
//! docs/INGESTION.md.
//!
//! Routes are read from the `.route("…", …)` of the sources and from tables of paths that are looped over (lines that begin with
//! `("/`).

use std::collections::BTreeSet;

use super::tree::File;

const HTTP: &str = "reference-server/src/http/";
const METHODS: [(&str, &str); 5] = [
    ("get(", "GET"),
    ("post(", "POST"),
    ("put(", "PUT"),
    ("patch(", "PATCH"),
    ("delete(", "DELETE"),
];

/// Routes that the page lacks, and routes on the page that no source has.
pub(crate) fn unlisted_routes(files: &[File]) -> Vec<String> {
    let page = text_of(files, "docs/API.md");
    let listed: BTreeSet<String> = page.lines().flat_map(routes_in_row).collect();
    let sources = files.iter().filter(|file| file.path.starts_with(HTTP));
    let known: BTreeSet<String> = sources.flat_map(routes_of).collect();
    difference("docs/API.md", "route", &known, &listed)
}

/// Codes of taking data in that the page lacks.
pub(crate) fn unlisted_codes(files: &[File]) -> Vec<String> {
    let page = text_of(files, "docs/INGESTION.md");
    let quoted: BTreeSet<&str> = page.split('`').skip(1).step_by(2).collect();
    let sources = files
        .iter()
        .filter(|file| file.path.starts_with("reference-server/src/") && file.has_ending(&[".rs"]));
    let codes: BTreeSet<&str> = sources.flat_map(|file| codes_in(&file.text)).collect();
    let is_listed = |code: &&str| {
        let short = code.strip_prefix("import.").unwrap_or(code);
        quoted.contains(code) || quoted.contains(short)
    };
    codes
        .iter()
        .filter(|code| !is_listed(code))
        .map(|code| format!("docs/INGESTION.md does not list the code {code}"))
        .collect()
}

fn difference(
    page: &str,
    what: &str,
    known: &BTreeSet<String>,
    listed: &BTreeSet<String>,
) -> Vec<String> {
    let lacking = known
        .difference(listed)
        .map(|one| format!("{page} does not list the {what} {one}"));
    let invented = listed
        .difference(known)
        .map(|one| format!("{page} lists the {what} {one}, which no source has"));
    lacking.chain(invented).collect()
}

fn text_of<'a>(files: &'a [File], path: &str) -> &'a str {
    let found = files.iter().find(|file| file.path == path);
    found.map_or("", |file| file.text.as_str())
}

/// The routes in the first cell of a table's row, each in backticks.
fn routes_in_row(line: &str) -> Vec<String> {
    let Some(cell) = line.strip_prefix('|').and_then(|row| row.split('|').next()) else {
        return Vec::new();
    };
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted
        .filter(|text| METHODS.iter().any(|(_, name)| text.starts_with(name)))
        .map(str::to_owned)
        .collect()
}

/// The routes that a source answers, such as `GET /v1/ledger`.
fn routes_of(file: &File) -> Vec<String> {
    let below = if file.path.starts_with("reference-server/src/http/v1/") {
        "/v1"
    } else {
        ""
    };
    let mut found = Vec::new();
    for call in file.text.split(".route(").skip(1) {
        let Some(path) = call.trim_start().strip_prefix('"') else {
            continue;
        };
        let (path, rest) = path.split_once('"').unwrap_or((path, ""));
        let rest = rest.split(".route(").next().unwrap_or_default();
        let statement = rest.split([';', '}']).next().unwrap_or_default();
        for (call, method) in METHODS {
            if statement.contains(call) {
                found.push(format!("{method} {below}{path}"));
            }
        }
    }
    for line in file.text.lines().map(str::trim_start) {
        if line.starts_with("(\"/") {
            let paths = line.split('"').skip(1).step_by(2);
            found.extend(paths.map(|path| format!("POST {below}{path}")));
        }
    }
    found
}

fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    let code = |text: &&str| {
        ["import.", "ingest."].iter().any(|kind| {
            text.strip_prefix(kind).is_some_and(|name| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            })
        })
    };
    text.split('"').filter(code)
}
