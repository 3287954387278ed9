//! Do the papers describe the house that stands? Links, the tree of docs/ARCHITECTURE.md, decision numbers, manifests.
//!
//! Not here: whether what they say is well said.

use std::collections::BTreeSet;

use super::tree::File;

/// Markdown links to files that do not exist.
pub(crate) fn broken_links(files: &[File]) -> Vec<String> {
    let known = all_paths(files);
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.has_ending(&[".md"])) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in links(&file.text) {
            let outside =
                link.contains("://") || link.starts_with('#') || link.starts_with("mailto:");
            let target = resolved(folder, link.split('#').next().unwrap_or(link));
            if !outside && !known.contains(target.as_str()) {
                complaints.push(format!(
                    "{}: links to {link}, which does not exist",
                    file.path
                ));
            }
        }
    }
    complaints
}

fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

fn resolved(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn all_paths(files: &[File]) -> BTreeSet<&str> {
    let mut known = BTreeSet::from([""]);
    for file in files {
        let mut path = file.path.as_str();
        known.insert(path);
        while let Some((folder, _)) = path.rsplit_once('/') {
            known.insert(folder);
            path = folder;
        }
    }
    known
}

/// Rooms the architecture page says exist today and that do not, and rooms that exist and are not on the page.
pub(crate) fn missing_rooms(files: &[File]) -> Vec<String> {
    let Some(page) = files
        .iter()
        .find(|file| file.path == "docs/ARCHITECTURE.md")
    else {
        return vec!["docs/ARCHITECTURE.md is missing".to_owned()];
    };
    let today = page
        .text
        .split("<!-- today:begin -->")
        .nth(1)
        .unwrap_or_default();
    let today = today.split("<!-- today:end -->").next().unwrap_or_default();
    let drawn = drawn_paths(today);
    let known = all_paths(files);
    let mut complaints: Vec<String> = drawn
        .iter()
        .filter(|path| !known.contains(path.as_str()))
        .map(|path| format!("docs/ARCHITECTURE.md draws {path}, which does not exist"))
        .collect();
    let rooms = known
        .iter()
        .filter(|path| is_room(path) && !drawn.contains(**path));
    complaints.extend(rooms.map(|path| format!("docs/ARCHITECTURE.md does not draw {path}")));
    complaints
}

/// Crates, and the folders directly under a crate's `src`.
fn is_room(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        [top] => !top.is_empty() && !top.contains('.') && !top.starts_with("LICENSE"),
        [_, "src", name] => !name.contains('.'),
        _ => false,
    }
}

/// The paths of a drawing in which two blanks of indentation mean one folder down and a word ends the name.
pub(crate) fn drawn_paths(drawing: &str) -> BTreeSet<String> {
    let mut stack: Vec<String> = Vec::new();
    let mut found = BTreeSet::new();
    for line in drawing
        .lines()
        .filter(|line| !line.starts_with("```") && !line.trim().is_empty())
    {
        let depth = (line.len() - line.trim_start().len()) / 2;
        stack.truncate(depth);
        let name = line
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        stack.push(name.to_owned());
        found.insert(stack.join("/"));
    }
    // a room drawn as `src/trust` is also `src`
    let parents: Vec<String> = found
        .iter()
        .filter_map(|path| path.rsplit_once('/'))
        .map(|(folder, _)| folder.to_owned())
        .collect();
    found.extend(parents);
    found
}

pub(crate) fn gaps_in_decisions(files: &[File]) -> Vec<String> {
    let names = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("docs/decisions/"));
    names
        .enumerate()
        .filter(|(index, name)| !name.starts_with(&format!("{:04}-", index + 1)))
        .map(|(index, name)| format!("docs/decisions/{name} should carry number {:04}", index + 1))
        .collect()
}

/// Crates of the workspace that do not take the shared lints (the fuzz targets are a workspace of their own).
pub(crate) fn own_lints(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml") && !file.path.starts_with("fuzz/"))
        .filter(|file| !file.text.contains("[lints]\nworkspace = true"))
        .map(|file| format!("{}: without `[lints]` `workspace = true`", file.path))
        .collect()
}
