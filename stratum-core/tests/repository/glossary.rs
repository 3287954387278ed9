//! Is there one word per idea? Reads the table of docs/GLOSSARY.md and looks for its forbidden synonyms in identifiers.
//!
//! Not here: prose. Comments, texts and documents may say what they need to be understood.

use super::code_text::{code_only, identifiers, words};
use super::tree::File;

/// Rebuilds the rules of an earlier system in order to compare; it speaks that system's language.
const OTHERS_WORDS: &str = "/predecessor.rs";

/// A row of the table: the word, and what nobody may call it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) word: String,
    pub(crate) forbidden: Vec<String>,
}

/// The rows of every table whose last column is headed `forbidden synonyms`.
pub(crate) fn rows(page: &str) -> Vec<Row> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        if !line.starts_with('|') {
            inside = false;
        } else if cells
            .last()
            .is_some_and(|cell| *cell == "forbidden synonyms")
        {
            inside = true;
        } else if inside && !line.starts_with("|--") {
            let last = cells.last().copied().unwrap_or_default();
            let forbidden = last
                .split(',')
                .map(|one| one.trim().trim_matches('`').to_owned());
            found.push(Row {
                word: cells
                    .first()
                    .copied()
                    .unwrap_or_default()
                    .trim_matches('*')
                    .to_owned(),
                forbidden: forbidden.filter(|one| !one.is_empty()).collect(),
            });
        }
    }
    found
}

/// Identifiers of Rust, SQL and TypeScript that contain a forbidden synonym.
pub(crate) fn forbidden_words(files: &[File], rows: &[Row]) -> Vec<String> {
    let synonyms: Vec<(Vec<String>, &Row)> = rows
        .iter()
        .flat_map(|row| {
            row.forbidden
                .iter()
                .map(move |one| (words(&one.replace(' ', "_")), row))
        })
        .collect();
    let mut complaints = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.has_ending(&[".rs", ".sql", ".ts", ".tsx"]))
    {
        if file.is_generated() || file.path.ends_with(OTHERS_WORDS) {
            continue;
        }
        let code = code_only(&file.text, !file.path.ends_with(".sql"));
        for (line, identifier) in identifiers(&code) {
            let parts = words(identifier);
            if let Some((_, row)) = synonyms
                .iter()
                .find(|(synonym, _)| contains(&parts, synonym))
            {
                complaints.push(format!(
                    "{}:{line}: `{identifier}`; the word is {}",
                    file.path, row.word
                ));
            }
        }
    }
    complaints
}

fn contains(parts: &[String], synonym: &[String]) -> bool {
    let same = |part: &String, word: &String| part == word || part.strip_suffix('s') == Some(word);
    parts.windows(synonym.len().max(1)).any(|window| {
        window
            .iter()
            .zip(synonym)
            .all(|(part, word)| same(part, word))
    })
}
