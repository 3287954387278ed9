//! How is a vector read and written? Files, bases with merge patches, and a layout that can be read and compared.
//!
//! Not here: what is called (`calls`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One vector.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) why: String,
    pub(crate) method: String,
    pub(crate) call: String,
    pub(crate) input: Value,
    pub(crate) expect: Expect,
}

/// JSON pointers into the answer, or into the refusal, with the value that must stand there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Expect {
    Ok(BTreeMap<String, Value>),
    Err(BTreeMap<String, Value>),
}

impl Expect {
    pub(crate) fn pointers(&self) -> Vec<String> {
        let (Self::Ok(parts) | Self::Err(parts)) = self;
        parts.keys().cloned().collect()
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap())
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    version: u32,
    files: Vec<String>,
}

fn index() -> Index {
    serde_json::from_str(&std::fs::read_to_string(root().join("index.json")).unwrap()).unwrap()
}

pub(crate) fn version() -> u32 {
    index().version
}

pub(crate) fn files() -> Vec<String> {
    index().files
}

/// The files with vectors that really are there.
pub(crate) fn on_disk() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in std::fs::read_dir(root()).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !folder.is_dir() || name == "samples" || name == "oracle" {
            continue;
        }
        for file in std::fs::read_dir(folder).unwrap() {
            found.insert(format!(
                "{name}/{}",
                file.unwrap().file_name().to_string_lossy()
            ));
        }
    }
    found
}

pub(crate) fn read(file: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A JSON merge patch (RFC 7396).
fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else {
        return patch;
    };
    let mut result = match target {
        Value::Object(target) => target,
        _ => Map::new(),
    };
    for (key, value) in patch {
        if value.is_null() {
            result.remove(&key);
        } else {
            let before = result.remove(&key).unwrap_or(Value::Null);
            result.insert(key, merged(before, value));
        }
    }
    Value::Object(result)
}

/// Replaces every `{"base": file, "patch": changes}` by what it stands for.
pub(crate) fn expanded(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(expanded).collect(),
        Value::Object(fields) => match fields.get("base") {
            Some(Value::String(file)) => {
                let text = std::fs::read_to_string(root().join(file)).unwrap();
                let patch = fields
                    .get("patch")
                    .cloned()
                    .unwrap_or_else(|| Value::Object(Map::new()));
                expanded(&merged(serde_json::from_str(&text).unwrap(), patch))
            }
            _ => fields
                .iter()
                .map(|(key, value)| (key.clone(), expanded(value)))
                .collect(),
        },
        other => other.clone(),
    }
}

const WIDTH: usize = 150;

/// Inline where it fits, else one member per line.
pub(crate) fn laid_out(value: &Value, indent: usize, taken: usize) -> String {
    let inline = inlined(value);
    let pad = "  ".repeat(indent + 1);
    let end = "  ".repeat(indent);
    if indent * 2 + taken + inline.len() <= WIDTH {
        return inline;
    }
    match value {
        Value::Array(items) if !items.is_empty() => {
            let rows: Vec<String> = items
                .iter()
                .map(|v| format!("{pad}{}", laid_out(v, indent + 1, 0)))
                .collect();
            format!("[\n{}\n{end}]", rows.join(",\n"))
        }
        Value::Object(fields) if !fields.is_empty() => {
            let row = |(key, v): (&String, &Value)| {
                let key = Value::String(key.clone()).to_string();
                format!("{pad}{key}: {}", laid_out(v, indent + 1, key.len() + 2))
            };
            let rows: Vec<String> = fields.iter().map(row).collect();
            format!("{{\n{}\n{end}}}", rows.join(",\n"))
        }
        _ => inline,
    }
}

fn inlined(value: &Value) -> String {
    match value {
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(inlined).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(fields) if fields.is_empty() => "{}".into(),
        Value::Object(fields) => {
            let row = |(key, v): (&String, &Value)| {
                format!("{}: {}", Value::String(key.clone()), inlined(v))
            };
            format!(
                "{{ {} }}",
                fields.iter().map(row).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

pub(crate) fn write(file: &str, cases: &[Case]) {
    let text = |value: &str| Value::String(value.into()).to_string();
    let rows: Vec<String> = cases
        .iter()
        .map(|case| {
            let expect = serde_json::to_value(&case.expect).unwrap();
            format!(
                "  {{\n    \"id\": {},\n    \"why\": {},\n    \"method\": {}, \"call\": {},\n    \"input\": {},\n    \"expect\": {}\n  }}",
                text(&case.id),
                text(&case.why),
                text(&case.method),
                text(&case.call),
                laid_out(&case.input, 2, 9),
                laid_out(&expect, 2, 10),
            )
        })
        .collect();
    std::fs::write(root().join(file), format!("[\n{}\n]\n", rows.join(",\n"))).unwrap();
}
