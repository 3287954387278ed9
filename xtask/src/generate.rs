//! `cargo xtask generate`: which committed files are made from others? Rewrites them all; the test command compares.
//!
//! To add one: write a function that returns the text and add a line to `GENERATED`.
//! Not here: files a test compares by itself (snapshots, vectors), which are blessed where they are tested.

use std::fs;
use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::say::say;
use crate::workplace::Workplace;

/// A committed file and the function that says what it must contain.
struct Generated {
    file: &'static str,
    text: fn(&Workplace) -> Result<String, String>,
}

const GENERATED: &[Generated] = &[Generated {
    file: "README.md",
    text: readme,
}];

pub(crate) fn run(workplace: &Workplace, words: Vec<String>) -> Result<ExitCode, String> {
    Arguments::new(words).finish()?;
    for file in stale(workplace)? {
        say(format!("rewriting {file}"));
    }
    for one in GENERATED {
        let text = (one.text)(workplace)?;
        fs::write(workplace.path(one.file), text)
            .map_err(|error| format!("{}: {error}", one.file))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The generated files whose content is not what their generator writes.
pub(crate) fn stale(workplace: &Workplace) -> Result<Vec<&'static str>, String> {
    let mut files = Vec::new();
    for one in GENERATED {
        if (one.text)(workplace)? != read(workplace, one.file)? {
            files.push(one.file);
        }
    }
    Ok(files)
}

/// The README with its Rust example taken from the program that the tests compile and run.
fn readme(workplace: &Workplace) -> Result<String, String> {
    const EXAMPLE: &str = "stratum-core/examples/gate_a_budget_change.rs";
    let page = read(workplace, "README.md")?;
    if !workplace.has(EXAMPLE) {
        return Ok(page);
    }
    let program = read(workplace, EXAMPLE)?;
    let lines = between(&program, "// example:begin\n", "// example:end")
        .ok_or_else(|| format!("{EXAMPLE} has no `// example:begin` and `// example:end`"))?;
    let example = format!("```rust\n{}```\n", unindented(lines));
    spliced(
        &page,
        "<!-- example:begin -->\n",
        "<!-- example:end -->",
        &example,
    )
    .ok_or_else(|| "README.md has no place for the example".to_owned())
}

fn read(workplace: &Workplace, file: &str) -> Result<String, String> {
    fs::read_to_string(workplace.path(file)).map_err(|error| format!("{file}: {error}"))
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

fn spliced(text: &str, begin: &str, end: &str, inside: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{inside}{end}{after}"))
}

/// The lines without the indentation they share; the marker's own indentation at the end is dropped.
fn unindented(lines: &str) -> String {
    let margin = lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    lines
        .trim_end()
        .lines()
        .map(|line| format!("{}\n", line.get(margin..).unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_moves_from_the_program_to_the_page_without_its_indentation() {
        let program = "fn main() {\n    // example:begin\n    if a {\n        b();\n    }\n    // example:end\n}\n";
        let lines = between(program, "// example:begin\n", "// example:end").map(unindented);
        assert_eq!(lines.as_deref(), Some("if a {\n    b();\n}\n"));
        let page = spliced(
            "x\n<!-- b -->\nold\n<!-- e -->\ny",
            "<!-- b -->\n",
            "<!-- e -->",
            "new\n",
        );
        assert_eq!(page.as_deref(), Some("x\n<!-- b -->\nnew\n<!-- e -->\ny"));
    }

    #[test]
    fn a_page_without_a_place_is_refused() {
        assert_eq!(spliced("nothing here", "<", ">", "x"), None);
    }
}
