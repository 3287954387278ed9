//! How is a file on the command line read? JSON or TOML, `-` for standard input, and the path of the first wrong field.

use std::io::Read;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use stratum_core::trust::{Policy, PolicySettings};

use super::{Failure, Streams};

/// What the reader of times says, which does not tell that it is about a time.
const NO_TIME: [&str; 5] = [
    "input contains invalid characters",
    "premature end of input",
    "trailing input",
    "input is out of range",
    "no possible date and time matching input",
];
/// The largest document accepted, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Reads a document: TOML when its name ends in `.toml`, else JSON.
///
/// # Errors
/// `input.not_found`, `input.unreadable`, `input.too_large`, `input.malformed` or `input.invalid_field`.
pub(super) fn read<T: DeserializeOwned>(path: &Path, streams: &mut Streams) -> Result<T, Failure> {
    let shown = path.display().to_string();
    let text = read_text(path, streams)?;
    // What arrives on standard input has no name: a document that starts like JSON is JSON.
    let is_toml = if path == Path::new("-") {
        !text.trim_start().starts_with(['{', '['])
    } else {
        path.extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
    };
    let malformed = |detail: String| Failure::bad_input("input.malformed", detail).at(&shown);
    let value = if is_toml {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| malformed(first_line(&error, &text)))?;
        from_toml(toml::Value::Table(table), "").map_err(|(field, number)| {
            let detail = format!("expected a finite number, not `{number}`");
            Failure::bad_input("input.malformed", detail).at(format!("{shown}: {field}"))
        })?
    } else {
        serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?
    };
    serde_path_to_error::deserialize(value).map_err(|error| {
        let field = error.path().to_string();
        let place = if field == "." {
            shown.clone()
        } else {
            format!("{shown}: {field}")
        };
        let detail = error.into_inner().to_string();
        let hint = if NO_TIME.contains(&detail.as_str()) {
            "; expected a time such as 2026-11-25T12:00:00Z"
        } else {
            ""
        };
        Failure::bad_input("input.invalid_field", format!("{detail}{hint}")).at(place)
    })
}

/// Reads a policy and checks every number of it.
///
/// # Errors
/// As [`read`], and whatever the core refuses.
pub(super) fn policy(path: &Path, streams: &mut Streams) -> Result<Policy, Failure> {
    let settings: PolicySettings = read(path, streams)?;
    Policy::new(settings).map_err(|error| {
        let at = format!("{}: {}", path.display(), error.path());
        Failure::bad_input(error.code(), error.to_string()).at(at)
    })
}

/// Reads a whole file or standard input as text.
///
/// # Errors
/// As [`read`].
pub(super) fn read_text(path: &Path, streams: &mut Streams) -> Result<String, Failure> {
    let shown = path.display().to_string();
    let mut bytes = Vec::new();
    let outcome = if path == Path::new("-") {
        (&mut streams.input)
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path).map_err(|error| unopened(&error, &shown))?;
        file.take(LARGEST + 1).read_to_end(&mut bytes)
    };
    outcome
        .map_err(|error| Failure::bad_input("input.unreadable", error.to_string()).at(&shown))?;
    if bytes.len() as u64 > LARGEST {
        let detail = format!("larger than {} MiB", LARGEST / 1024 / 1024);
        return Err(Failure::bad_input("input.too_large", detail).at(&shown));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::bad_input("input.malformed", "the text is not UTF-8").at(&shown))
}

fn unopened(error: &std::io::Error, shown: &str) -> Failure {
    if error.kind() == std::io::ErrorKind::NotFound {
        Failure::not_found("input.not_found", "there is no such file").at(shown)
    } else {
        Failure::bad_input("input.unreadable", error.to_string()).at(shown)
    }
}

/// TOML's own report has several lines; ours has one with the line number.
fn first_line(error: &toml::de::Error, text: &str) -> String {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map(|before| before.matches('\n').count() + 1);
    let message = error.message().replace('\n', ", ");
    line.map_or_else(
        || message.clone(),
        |line| format!("{message} at line {line}"),
    )
}

/// TOML as JSON. Dates become text; NaN and infinity, which TOML can write, are refused with the path of their field.
fn from_toml(value: toml::Value, path: &str) -> Result<Value, (String, f64)> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::Number(number.into()),
        toml::Value::Float(number) => Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| (path.to_owned(), number))?,
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => {
            let items = items.into_iter().enumerate();
            let read = items.map(|(place, item)| from_toml(item, &format!("{path}[{place}]")));
            Value::Array(read.collect::<Result<_, _>>()?)
        }
        toml::Value::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| {
                let below = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                Ok((key, from_toml(value, &below)?))
            });
            Value::Object(pairs.collect::<Result<Map<_, _>, (String, f64)>>()?)
        }
    })
}
