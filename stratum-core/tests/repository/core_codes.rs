//! Does docs/ERRORS.md list every error code of the core, and no other?
//!
//! A code is text of the shape `area.name` inside the body of a `fn code`, or right after `code:` where an error is made. What tests
//! say, what comments say and paths to fields (`path:`) are no codes.

use std::collections::BTreeSet;

use super::code_text::{bodies_of, code_only, without_tests};
use super::tree::File;

const PAGE: &str = "docs/ERRORS.md";
const SOURCES: &str = "stratum-core/src/";

/// Codes that the page lacks, codes on it that no source has, and rows that do not say what to do.
pub(crate) fn wrong_rows(files: &[File]) -> Vec<String> {
    let page = files.iter().find(|file| file.path == PAGE);
    let rows: Vec<Vec<&str>> = page
        .map_or("", |file| file.text.as_str())
        .lines()
        .filter_map(row)
        .collect();
    let listed: BTreeSet<String> = rows.iter().map(|cells| cells[0].to_owned()).collect();
    let known = codes(files);
    let lacking = known
        .difference(&listed)
        .map(|code| format!("{PAGE} does not list the code {code}"));
    let invented = listed
        .difference(&known)
        .map(|code| format!("{PAGE} lists the code {code}, which the core does not have"));
    let short = rows
        .iter()
        .filter(|cells| cells.len() != 3 || cells.iter().any(|cell| cell.is_empty()))
        .map(|cells| format!("{PAGE}: {} needs a meaning and what to do", cells[0]));
    let twice = (rows.len() > listed.len()).then(|| format!("{PAGE} lists a code twice"));
    lacking.chain(invented).chain(short).chain(twice).collect()
}

/// Every code in the sources of the core.
pub(crate) fn codes(files: &[File]) -> BTreeSet<String> {
    let sources = files.iter().filter(|file| {
        file.path.starts_with(SOURCES) && file.has_ending(&[".rs"]) && !file.is_test()
    });
    sources.flat_map(|file| codes_in(&file.text)).collect()
}

fn codes_in(text: &str) -> Vec<String> {
    // One byte for each character, so that a place in the code is the same place in the text.
    let code: String = without_tests(&code_only(text, true))
        .chars()
        .map(|c| if c.is_ascii() { c } else { ' ' })
        .collect();
    let text: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for body in bodies_of(&code, "code") {
        let inside: String = text[body].iter().collect();
        let lines = inside.lines().filter_map(|line| line.split("//").next());
        found.extend(lines.flat_map(quoted).filter(is_code).map(str::to_owned));
    }
    for (at, field) in code.match_indices("code:") {
        let rest: String = text[at + field.len()..].iter().take(120).collect();
        if rest.trim_start().starts_with('"') {
            let first = quoted(&rest).next().filter(is_code);
            found.extend(first.map(str::to_owned));
        }
    }
    found
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn is_code(text: &&str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.contains('.') && text.split('.').all(part)
}

/// The cells of a table's row that begins with a code.
fn row(line: &str) -> Option<Vec<&str>> {
    let cells = line.strip_prefix('|')?.trim_end().strip_suffix('|')?;
    let mut cells: Vec<&str> = cells.split('|').map(str::trim).collect();
    let code = cells.first()?.strip_prefix('`')?.strip_suffix('`')?;
    cells[0] = code;
    Some(cells)
}
