//! What in a message tells a platform whose conversion it was? Only what is valid after normalisation counts.
//!
//! Which key is worth how much is the policy's business. Formats are those the platforms document for their conversion
//! interfaces; see `docs/INGESTION.md`.

use std::net::IpAddr;

use serde_json::{Map, Value};
use stratum_store::events::{Key, Keys};

/// The digest of the empty text: what a careless integration sends when it hashes nothing.
const DIGEST_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Values that stand for no value.
const PLACEHOLDERS: [&str; 9] = [
    "null",
    "undefined",
    "none",
    "nan",
    "anonymous",
    "unknown",
    "0",
    "-1",
    "n/a",
];

/// The places where libraries and their users put what identifies a person, in the order in which they are searched.
struct Places<'a>(Vec<&'a Map<String, Value>>);

impl<'a> Places<'a> {
    fn of(message: &'a Map<String, Value>) -> Self {
        let at = |path: &[&str]| {
            let (first, rest) = path.split_first()?;
            let start = message.get(*first)?;
            rest.iter()
                .try_fold(start, |value, name| value.get(*name))?
                .as_object()
        };
        let paths: [&[&str]; 7] = [
            &["properties"],
            &["properties", "user_data"],
            &["traits"],
            &["context", "traits"],
            &["context"],
            &["context", "page"],
            &["context", "campaign"],
        ];
        Self(paths.into_iter().filter_map(at).collect())
    }

    fn text(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| {
            self.0
                .iter()
                .find_map(|place| place.get(*name)?.as_str().map(str::trim))
        })
    }

    fn any(&self, names: &[&str], valid: impl Fn(&str) -> bool) -> bool {
        names.iter().any(|name| {
            self.0.iter().any(|place| match place.get(*name) {
                Some(Value::String(text)) => valid(text.trim()),
                Some(Value::Number(number)) => valid(&number.to_string()),
                Some(Value::Array(list)) => list
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|text| valid(text.trim())),
                _ => false,
            })
        })
    }

    /// A parameter of the page's address.
    fn parameter(&self, name: &str, valid: impl Fn(&str) -> bool) -> bool {
        let addresses = ["url", "search"].map(|field| self.text(&[field]));
        addresses.into_iter().flatten().any(|address| {
            let query = address.split_once('?').map_or(address, |(_, query)| query);
            let query = query.split('#').next().unwrap_or_default();
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .any(|(key, value)| key.eq_ignore_ascii_case(name) && valid(value))
        })
    }
}

pub(super) fn keys(message: &Map<String, Value>) -> Keys {
    let places = Places::of(message);
    let user = message.get("userId").is_some_and(|id| match id {
        Value::String(text) => is_an_id(text.trim()),
        Value::Number(number) => is_an_id(&number.to_string()),
        _ => false,
    });
    Keys::NONE
        .with_if(
            Key::Email,
            places.any(&["email", "em", "email_hash", "hashed_email"], is_email),
        )
        .with_if(
            Key::Phone,
            places.any(&["phone", "ph", "phone_number", "hashed_phone"], is_phone),
        )
        .with_if(
            Key::ExternalId,
            user || places.any(&["external_id", "externalId"], is_an_id),
        )
        .with_if(Key::IpAndAgent, has_ip_and_agent(&places))
        .with_if(Key::NameAndAddress, has_name_and_address(&places))
        .with_if(
            Key::ClickMeta,
            places.any(&["fbc", "_fbc"], is_meta_click)
                || places.any(&["fbclid"], is_token)
                || places.parameter("fbclid", is_token),
        )
        .with_if(
            Key::ClickGoogle,
            has_click(&places, &["gclid", "wbraid", "gbraid"]),
        )
        .with_if(Key::ClickTiktok, has_click(&places, &["ttclid"]))
        .with_if(
            Key::ClickSnapchat,
            has_click(&places, &["ScCid", "sccid", "sc_click_id"]),
        )
        .with_if(
            Key::BrowserMeta,
            places.any(&["fbp", "_fbp"], is_meta_browser),
        )
        .with_if(Key::BrowserTiktok, places.any(&["ttp", "_ttp"], is_token))
        .with_if(
            Key::BrowserSnapchat,
            places.any(&["sc_cookie1", "_scid"], is_token),
        )
}

fn has_click(places: &Places<'_>, names: &[&str]) -> bool {
    places.any(names, is_token) || names.iter().any(|name| places.parameter(name, is_token))
}

fn has_ip_and_agent(places: &Places<'_>) -> bool {
    let agent = places.text(&["userAgent", "user_agent", "client_user_agent"]);
    agent.is_some_and(|agent| agent.len() > 4)
        && places.any(&["ip", "client_ip_address"], is_public)
}

fn has_name_and_address(places: &Places<'_>) -> bool {
    let there =
        |names: &[&str]| places.any(names, |text| !text.is_empty() && !is_placeholder(text));
    let name = there(&["firstName", "first_name", "fn"]) && there(&["lastName", "last_name", "ln"])
        || places.any(&["name"], |name| name.trim().contains(' '));
    let code = ["postalCode", "postal_code", "zip", "zp"];
    let inside = Places(
        places
            .0
            .iter()
            .filter_map(|place| place.get("address").and_then(Value::as_object))
            .collect(),
    );
    name && (there(&code) || inside.any(&code, |text| !text.is_empty() && !is_placeholder(text)))
}

fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS
        .iter()
        .any(|one| text.eq_ignore_ascii_case(one))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text.bytes().all(|b| b.is_ascii_hexdigit())
        && !text.eq_ignore_ascii_case(DIGEST_OF_NOTHING)
}

fn is_email(text: &str) -> bool {
    if is_digest(text) {
        return true;
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let clean = |part: &str| {
        part.chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && c != '@')
    };
    let labels_hold = domain
        .split('.')
        .all(|label| !label.is_empty() && label.len() <= 63);
    (1..=64).contains(&local.len())
        && domain.len() <= 253
        && domain.contains('.')
        && labels_hold
        && clean(local)
        && clean(domain)
}

/// E.164: a plus (or the international prefix), no leading zero, 8 to 15 digits.
fn is_phone(text: &str) -> bool {
    if is_digest(text) {
        return true;
    }
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/'))
        .collect();
    let Some(digits) = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) else {
        return false;
    };
    (8..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_an_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 256 && !is_placeholder(text) && text != DIGEST_OF_NOTHING
}

/// What click ids and browser ids look like everywhere: a long run of letters, digits and a few signs.
fn is_token(text: &str) -> bool {
    (10..=512).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b))
}

/// `fb.<subdomain index>.<milliseconds>.<id>`
fn meta_parts(text: &str) -> Option<&str> {
    let mut parts = text.splitn(4, '.');
    let (fb, index, millis) = (parts.next()?, parts.next()?, parts.next()?);
    let rest = parts.next()?;
    let sound = fb == "fb"
        && matches!(index, "0" | "1" | "2")
        && millis.len() == 13
        && millis.bytes().all(|b| b.is_ascii_digit());
    sound.then_some(rest)
}

fn is_meta_click(text: &str) -> bool {
    meta_parts(text).is_some_and(is_token)
}

fn is_meta_browser(text: &str) -> bool {
    meta_parts(text)
        .is_some_and(|id| (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()))
}

/// An address that can belong to a customer.
fn is_public(text: &str) -> bool {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_multicast())
        }
        Ok(IpAddr::V6(ip)) => {
            !(ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_unique_local()
                || ip.is_unicast_link_local())
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests;
