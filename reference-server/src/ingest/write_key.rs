//! Which write key did a library send in its header? `Authorization: Basic base64(writeKey:)`.

/// The write key of a Basic authorisation: its user name. None when the header is something else.
#[must_use]
pub fn basic_write_key(header: &str) -> Option<String> {
    let (scheme, encoded) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(decoded(encoded.trim())?).ok()?;
    let key = decoded.split(':').next().unwrap_or_default();
    (!key.is_empty()).then(|| key.to_owned())
}

/// Base64 as in RFC 4648, with or without padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    const MOST_BYTES: usize = 4096;
    let text = text.trim_end_matches('=');
    if text.len() > MOST_BYTES || text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for symbol in text.bytes() {
        bits = (bits << 6 | six_bits(symbol)?) & 0xFF_FFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

fn six_bits(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_user_name() {
        assert_eq!(
            basic_write_key("Basic ZGVtby1rZXk6").as_deref(),
            Some("demo-key")
        );
        assert_eq!(
            basic_write_key("basic ZGVtby1rZXk6eA==").as_deref(),
            Some("demo-key")
        );
        assert_eq!(
            basic_write_key("Basic ZGVtby1rZXk").as_deref(),
            Some("demo-key")
        );
        for bad in [
            "",
            "Basic",
            "Basic ",
            "Basic Og==",
            "Basic ä",
            "Basic A",
            "Bearer ZGVtby1rZXk6",
        ] {
            assert_eq!(basic_write_key(bad), None, "{bad}");
        }
    }
}
