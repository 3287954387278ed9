//! How does an upload become rows of named cells? CSV with a header line, or JSON: a list of objects, or `{"rows": [...]}`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::MAX_ROWS;
use super::error::ImportError;

/// In which form the upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// A list of objects.
    Json,
}

/// The longest cell, in bytes.
const MAX_CELL_BYTES: usize = 4096;
const MAX_COLUMNS: usize = 64;

/// Rows of named cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<String>,
    /// Text as it was written; none where there is nothing.
    rows: Vec<Vec<Option<String>>>,
}

impl Table {
    /// Reads an upload.
    ///
    /// # Errors
    /// Why it cannot be read: malformed, truncated, without rows, with too many of them, with an unnamed or doubled column.
    pub fn read(bytes: &[u8], format: Format) -> Result<Self, ImportError> {
        let table = match format {
            Format::Csv => Self::from_csv(bytes)?,
            Format::Json => Self::from_json(bytes)?,
        };
        if table.rows.is_empty() {
            return Err(ImportError::unreadable(
                "import.no_rows",
                "the upload has no rows",
            ));
        }
        Ok(table)
    }

    fn from_csv(bytes: &[u8]) -> Result<Self, ImportError> {
        let malformed = |error: csv::Error| {
            ImportError::unreadable(
                "import.malformed_csv",
                format!("the upload is not CSV: {error}"),
            )
        };
        let text = std::str::from_utf8(bytes).map_err(|_| {
            ImportError::unreadable("import.malformed_csv", "the upload is not UTF-8")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if quotes_are_open(text) {
            return Err(ImportError::unreadable(
                "import.truncated",
                "the upload ends within a quoted cell",
            ));
        }
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let columns: Vec<String> = reader
            .headers()
            .map_err(malformed)?
            .iter()
            .map(str::to_lowercase)
            .collect();
        check_columns(&columns)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(malformed)?;
            if rows.len() == MAX_ROWS {
                return Err(ImportError::too_many_rows());
            }
            let row = record.iter().map(|cell| cell_of(cell, rows.len()));
            rows.push(row.collect::<Result<_, _>>()?);
        }
        Ok(Self { columns, rows })
    }

    fn from_json(bytes: &[u8]) -> Result<Self, ImportError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| {
            let code = if error.is_eof() {
                "import.truncated"
            } else {
                "import.malformed_json"
            };
            ImportError::unreadable(code, format!("the upload is not JSON: {error}"))
        })?;
        let list = match value {
            Value::Array(list) => list,
            Value::Object(mut fields) => match fields.remove("rows") {
                Some(Value::Array(list)) => list,
                _ => {
                    return Err(ImportError::unreadable(
                        "import.no_rows",
                        "expected `rows`, a list",
                    ));
                }
            },
            _ => {
                return Err(ImportError::unreadable(
                    "import.no_rows",
                    "expected a list of rows",
                ));
            }
        };
        if list.len() > MAX_ROWS {
            return Err(ImportError::too_many_rows());
        }
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (place, row) in list.iter().enumerate() {
            let Value::Object(fields) = row else {
                return Err(ImportError::unreadable(
                    "import.not_an_object",
                    format!("rows[{place}] is no object"),
                ));
            };
            names.extend(
                fields
                    .keys()
                    .filter(|name| !names.contains(*name))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
            if names.len() > MAX_COLUMNS {
                return Err(too_many_columns());
            }
        }
        let columns: Vec<String> = names.into_iter().collect();
        let mut rows = Vec::with_capacity(list.len());
        for (place, row) in list.iter().enumerate() {
            let cells = columns.iter().map(|name| match row.get(name) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(text)) => cell_of(text.trim(), place),
                Some(Value::Bool(yes)) => Ok(Some(yes.to_string())),
                Some(Value::Number(number)) => cell_of(&number.to_string(), place),
                Some(Value::Array(_) | Value::Object(_)) => Err(ImportError::unreadable(
                    "import.wrong_type",
                    format!("rows[{place}].{name} is no plain value"),
                )),
            });
            rows.push(cells.collect::<Result<_, _>>()?);
        }
        Ok(Self { columns, rows })
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.rows.get(row)?.get(column)?.as_deref()
    }

    /// Names that are neither needed nor known: most often a slip of the pen.
    pub(super) fn check_names(&self, known: &[&str], needed: &[&str]) -> Result<(), ImportError> {
        if let Some(missing) = needed.iter().find(|name| self.column(name).is_none()) {
            return Err(ImportError::unreadable(
                "import.missing_column",
                format!("the column `{missing}` is missing"),
            ));
        }
        match self
            .columns
            .iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(stranger) => Err(ImportError::unreadable(
                "import.unknown_column",
                format!(
                    "unknown column `{}`; known are {}",
                    shortened(stranger),
                    known.join(", ")
                ),
            )),
            None => Ok(()),
        }
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

fn too_many_columns() -> ImportError {
    ImportError::unreadable(
        "import.too_many_columns",
        format!("an upload may have at most {MAX_COLUMNS} columns"),
    )
}

fn check_columns(columns: &[String]) -> Result<(), ImportError> {
    if columns.len() > MAX_COLUMNS {
        return Err(too_many_columns());
    }
    let mut seen = BTreeSet::new();
    match columns
        .iter()
        .find(|name| name.is_empty() || !seen.insert(name.as_str()))
    {
        Some(name) if name.is_empty() => Err(ImportError::unreadable(
            "import.unnamed_column",
            "a column has no name",
        )),
        Some(name) => Err(ImportError::unreadable(
            "import.doubled_column",
            format!("the column `{}` is there twice", shortened(name)),
        )),
        None => Ok(()),
    }
}

fn cell_of(text: &str, row: usize) -> Result<Option<String>, ImportError> {
    if text.len() > MAX_CELL_BYTES {
        return Err(ImportError::unreadable(
            "import.cell_too_long",
            format!("a cell of rows[{row}] has more than {MAX_CELL_BYTES} bytes"),
        ));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The reader takes an open quotation as closed by the end of the file; here it means that the upload was cut off.
fn quotes_are_open(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
}
