//! What of a source file is code? Blanks comments and strings out, finds functions and their length.
//!
//! Not here: parsing. It knows brackets, quotes and the word `fn`; that is enough for rules about size and words.

use std::ops::Range;

/// The file with the content of comments, strings and character literals replaced by blanks, line for line.
pub(crate) fn code_only(text: &str, slash_comments: bool) -> String {
    let mut rest: Vec<char> = text.chars().collect();
    rest.push('\n');
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < rest.len() - 1 {
        let end = match (rest[at], rest[at + 1]) {
            ('/', '/') if slash_comments => line_end(&rest, at),
            ('-', '-') if !slash_comments => line_end(&rest, at),
            ('/', '*') => block_comment_end(&rest, at),
            ('r', '"' | '#') if !part_of_word(&rest, at) => raw_string_end(&rest, at),
            ('"' | '`', _) => string_end(&rest, at),
            ('\'', _) => quote_end(&rest, at),
            _ => at,
        };
        if end == at {
            out.push(rest[at]);
            at += 1;
        } else {
            let blank = |&c: &char| if c == '\n' { '\n' } else { ' ' };
            out.extend(rest[at..end].iter().map(blank));
            at = end;
        }
    }
    out
}

fn line_end(rest: &[char], from: usize) -> usize {
    (from..rest.len())
        .find(|&at| rest[at] == '\n')
        .unwrap_or(rest.len() - 1)
}

fn block_comment_end(rest: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len() - 1
}

fn part_of_word(rest: &[char], at: usize) -> bool {
    // `br"…"` is a string too: a `b` before the `r` is part of the literal
    let word = |c: char| c.is_alphanumeric() || c == '_';
    match at.checked_sub(1).map(|before| rest[before]) {
        Some('b') => at.checked_sub(2).is_some_and(|before| word(rest[before])),
        Some(before) => word(before),
        None => false,
    }
}

/// The end of `r"…"` or `r#"…"#`; `from` itself when it is a raw identifier such as `r#type`.
fn raw_string_end(rest: &[char], from: usize) -> usize {
    let hashes = rest[from + 1..].iter().take_while(|&&c| c == '#').count();
    if rest.get(from + 1 + hashes) != Some(&'"') {
        return from;
    }
    let closing: Vec<char> = std::iter::once('"')
        .chain((0..hashes).map(|_| '#'))
        .collect();
    let body = from + hashes + 2;
    let found = rest[body..]
        .windows(closing.len())
        .position(|window| window == closing);
    found.map_or(rest.len() - 1, |offset| body + offset + closing.len())
}

fn string_end(rest: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < rest.len() - 1 {
        match rest[at] {
            '\\' => at += 2,
            c if c == rest[from] => return at + 1,
            _ => at += 1,
        }
    }
    rest.len() - 1
}

/// A character literal or a short string; a lifetime or an apostrophe in a sentence is left alone.
fn quote_end(rest: &[char], from: usize) -> usize {
    let line = line_end(rest, from);
    if rest[from + 1] == '\\' {
        let closing = (from + 3..line).find(|&at| rest[at] == '\'');
        return closing.map_or(from, |at| at + 1);
    }
    if rest.get(from + 2) == Some(&'\'') {
        from + 3
    } else {
        from
    }
}

/// The code without `#[cfg(test)] mod … { … }`.
pub(crate) fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(at) = out.find("#[cfg(test)]") {
        let Some(open) = out[at..].find(['{', ';']).map(|offset| at + offset) else {
            break;
        };
        let end = if out[open..].starts_with('{') {
            closing(&out, open)
        } else {
            open + 1
        };
        let blank: String = out[at..end]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        out.replace_range(at..end, &blank);
    }
    out
}

/// Just after the brace that closes the one at `open`.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return open + offset + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// Each function with the number of code lines between its braces; without those that say, with a reason, that they are
/// long on purpose (tables mostly).
pub(crate) fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let starts_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name: String = code[at + 3..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if !starts_word || name.is_empty() || long_on_purpose(&code[..at]) {
            continue;
        }
        if let Some(open) = body(code, at) {
            let inside = &code[open + 1..closing(code, open) - 1];
            let lines = inside
                .lines()
                .filter(|line| !line.trim().is_empty())
                .count();
            found.push((name, lines));
        }
    }
    found
}

/// What stands between the braces of each function of that name.
pub(crate) fn bodies_of(code: &str, name: &str) -> Vec<Range<usize>> {
    let head = format!("fn {name}(");
    let mut found = Vec::new();
    for (at, _) in code.match_indices(&head) {
        if let Some(open) = body(code, at) {
            found.push(open + 1..closing(code, open) - 1);
        }
    }
    found
}

/// Whether the attributes just above expect the length; compiler and clippy hold them to it.
fn long_on_purpose(before: &str) -> bool {
    let item = before.rfind(['}', ';']).map_or(before, |at| &before[at..]);
    item.contains("clippy::too_many_lines")
}

/// Where the body of the function at `from` opens; nothing when it is only declared.
fn body(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, c) in code[from..].char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(from + offset),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The identifiers of the code, each with its line number.
pub(crate) fn identifiers(code: &str) -> Vec<(usize, &str)> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let names = line
            .split(|c| !word(c))
            .filter(|name| name.contains(char::is_alphabetic));
        found.extend(names.map(|name| (number + 1, name)));
    }
    found
}

/// The words an identifier is made of: `signalHealth_low` is signal, health, low.
pub(crate) fn words(identifier: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut upper_before = false;
    for part in identifier.split('_') {
        let mut fresh = true;
        for c in part.chars() {
            let upper = c.is_uppercase();
            if fresh || (upper && !upper_before) {
                out.push(String::new());
            }
            if let Some(last) = out.last_mut() {
                last.extend(c.to_lowercase());
            }
            (fresh, upper_before) = (false, upper);
        }
    }
    out
}
