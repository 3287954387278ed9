//! How is a path read that is written out, such as `search > email`?

use alloc::format;
use alloc::vec::Vec;

use crate::attribution::channels::Channels;
use crate::attribution::error::{AttributionError, Refused};
use crate::attribution::paths::MAX_PATH;

/// Reads the codes of a path written out.
pub(super) fn read_path(
    channels: &mut Channels,
    path: &str,
    separator: &str,
    codes: &mut Vec<u16>,
) -> Result<(), AttributionError> {
    codes.clear();
    if path.trim_ascii().is_empty() {
        return Ok(());
    }
    let mut rest = Some(path);
    while let Some(text) = rest {
        let at = codes.len();
        let about = |why| AttributionError::about(format!("path[{at}]"), why);
        if at >= MAX_PATH {
            let (touches, most) = (at + 1, MAX_PATH);
            return Err(about(Refused::LongPath { touches, most }));
        }
        let (name, after) = split(text, separator);
        codes.push(channels.code(name.trim_ascii()).map_err(about)?);
        rest = after;
    }
    Ok(())
}

/// What comes before the first separator, and what comes after it. Names are short, so looking at one byte after the other is
/// quicker than a search that prepares itself.
fn split<'a>(text: &'a str, separator: &str) -> (&'a str, Option<&'a str>) {
    let (bytes, wanted) = (text.as_bytes(), separator.as_bytes());
    let Some(first) = wanted.first() else {
        return (text, None);
    };
    let mut from = 0;
    while let Some(found) = bytes
        .get(from..)
        .and_then(|rest| rest.iter().position(|b| b == first))
    {
        let at = from + found;
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(wanted)) {
            let name = text.get(..at).unwrap_or_default();
            return (name, text.get(at + wanted.len()..));
        }
        from = at + 1;
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_of_any_length_split_and_half_ones_do_not() {
        assert_eq!(split("a>b>c", ">"), ("a", Some("b>c")));
        assert_eq!(split("a -- b", "--"), ("a ", Some(" b")));
        assert_eq!(split("a-b--c", "--"), ("a-b", Some("c")));
        assert_eq!(split("a-b-", "--"), ("a-b-", None));
        assert_eq!(split("é→ß→", "→"), ("é", Some("ß→")));
        assert_eq!(split("→", "→"), ("", Some("")));
        assert_eq!(split("a>b", ""), ("a>b", None));
    }
}
