//! What is wrong with an upload? A list of errors, each with the path of its field and a stable code.

use std::fmt;

use super::{MAX_ERRORS, MAX_ROWS};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Which field, such as `rows[3].currency`.
    pub path: String,
    /// A stable code, such as `import.unknown_currency`.
    pub code: &'static str,
    /// A sentence for a person.
    pub detail: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.detail, self.code)
    }
}

/// Why an upload is refused; nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// It cannot be read at all.
    Unreadable {
        /// A stable code.
        code: &'static str,
        /// A sentence for a person.
        detail: String,
    },
    /// Fields are wrong.
    Rows {
        /// The first of them, at most [`MAX_ERRORS`].
        listed: Vec<RowError>,
        /// How many there are altogether.
        found: usize,
    },
}

impl ImportError {
    pub(super) fn unreadable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Unreadable {
            code,
            detail: detail.into(),
        }
    }

    pub(super) fn too_many_rows() -> Self {
        Self::unreadable(
            "import.too_many_rows",
            format!("an upload may have at most {MAX_ROWS} rows"),
        )
    }

    /// The code of the first error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { code, .. } => code,
            Self::Rows { listed, .. } => listed.first().map_or("import.invalid", |row| row.code),
        }
    }

    /// The path of the first error, if it is about a field.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Rows { listed, .. } => listed.first().map(|row| row.path.as_str()),
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { detail, .. } => f.write_str(detail),
            Self::Rows { listed, found } => {
                let first = listed.first().map_or("", |row| row.detail.as_str());
                match found {
                    0 | 1 => f.write_str(first),
                    more => write!(f, "{first}; {more} fields are wrong altogether"),
                }
            }
        }
    }
}

impl std::error::Error for ImportError {}

/// Gathers errors row by row.
#[derive(Debug, Default)]
pub(super) struct Errors {
    listed: Vec<RowError>,
    found: usize,
}

impl Errors {
    pub(super) fn add(&mut self, path: String, code: &'static str, detail: impl Into<String>) {
        self.found += 1;
        if self.listed.len() < MAX_ERRORS {
            self.listed.push(RowError {
                path,
                code,
                detail: detail.into(),
            });
        }
    }

    /// The rows, if nothing is wrong.
    pub(super) fn or<T>(self, rows: Vec<T>) -> Result<Vec<T>, ImportError> {
        if self.found == 0 {
            Ok(rows)
        } else {
            Err(ImportError::Rows {
                listed: self.listed,
                found: self.found,
            })
        }
    }
}
