//! Which files does the house have? Walks the checkout and reads its text files once.
//!
//! Not here: what is demanded of them (`rules`).

use std::fs;
use std::path::Path;

/// What a build, an install or a demo leaves behind; `.git` is a folder, or a file in a second worktree.
const LEFT_BEHIND: [&str; 9] = [
    ".git",
    ".venv",
    "__pycache__",
    "artifacts",
    "coverage",
    "dist",
    "node_modules",
    "stratum-data",
    "target",
];

/// A text file, its path written with `/` from the root of the checkout.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(crate) fn has_ending(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Not part of the product: tests, benches, fuzz targets.
    pub(crate) fn is_test(&self) -> bool {
        let folders = ["/tests/", "/test/", "/benches/"];
        folders
            .iter()
            .any(|folder| format!("/{}", self.path).contains(folder))
            || self.path.starts_with("fuzz/")
            || self.path.ends_with("/tests.rs")
            || self.has_ending(&[".test.ts", ".test.tsx"])
    }

    /// Made by a program, or a recording: nobody edits it, so its size and words are not ours.
    pub(crate) fn is_generated(&self) -> bool {
        [
            "generated",
            "/fixtures/",
            "/corpus/",
            ".d.ts",
            "-lock.json",
            ".lock",
            ".snap",
        ]
        .iter()
        .any(|mark| self.path.contains(mark))
    }
}

/// Every text file of the checkout, sorted by path.
pub(crate) fn files() -> Vec<File> {
    let mut found = Vec::new();
    walk(root(), "", &mut |path| {
        if let Ok(text) = fs::read_to_string(root().join(path)) {
            found.push(File::new(path, &text));
        }
    });
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// Cargo runs tests in the folder of their crate.
pub(crate) fn root() -> &'static Path {
    Path::new("..")
}

fn walk(root: &Path, folder: &str, visit: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(root.join(folder)).expect("a folder of the checkout is readable") {
        let entry = entry.expect("an entry of the checkout is readable");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        let kind = entry.file_type().expect("an entry has a type");
        // In a worktree of git `.git` is a file.
        if LEFT_BEHIND.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            walk(root, &path, visit);
        } else if kind.is_file() && !LEFT_BEHIND.contains(&name.as_str()) {
            visit(&path);
        }
    }
}
