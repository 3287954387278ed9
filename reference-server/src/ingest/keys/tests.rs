//! Which spellings of a match key count? Each platform's own format, and the mistakes seen in the wild.

use serde_json::json;

use super::*;

#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better with `json!` in place"
)]
fn of(message: Value) -> Keys {
    keys(message.as_object().expect("an object"))
}

const HASH: &str = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";

#[test]
fn an_address_or_its_digest_counts_and_nothing_else() {
    for good in ["ana@example.com", " Ana.B+shop@mail.example.co.uk ", HASH] {
        assert!(
            of(json!({"properties": {"email": good}})).contains(Key::Email),
            "{good}"
        );
    }
    for bad in [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@example",
        "a b@example.com",
        "a@b@c.de",
        "ana@.com",
        "undefined",
        DIGEST_OF_NOTHING,
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ] {
        assert!(
            !of(json!({"properties": {"email": bad}})).contains(Key::Email),
            "{bad}"
        );
    }
}

#[test]
fn a_phone_number_needs_its_country() {
    for good in [
        "+4917012345678",
        "+1 (415) 555-2671",
        "0049 170 12345678",
        HASH,
    ] {
        assert!(
            of(json!({"traits": {"phone": good}})).contains(Key::Phone),
            "{good}"
        );
    }
    for bad in [
        "0170 12345678",
        "+0170123456",
        "+49",
        "+1234567890123456",
        "phone",
        "",
    ] {
        assert!(
            !of(json!({"traits": {"phone": bad}})).contains(Key::Phone),
            "{bad}"
        );
    }
}

#[test]
fn click_ids_belong_to_their_platform() {
    let meta =
        of(json!({"properties": {"fbc": "fb.1.1764072000000.IwAR2F4-dbP0l7Mn1IawQQGCINEz7"}}));
    assert!(meta.contains(Key::ClickMeta) && !meta.contains(Key::ClickGoogle));
    let page = json!({"context": {"page": {"url":
        "https://shop.example/thanks?order=7&gclid=CjwKCAiA9bq6BhAKEiwAH6bqo&x=1#top"}}});
    assert!(of(page).contains(Key::ClickGoogle));
    let search =
        json!({"context": {"page": {"search": "?ttclid=E.C.P.CrYBvK8R&ScCid=a1b2c3d4-e5f6-7a8b"}}});
    assert!(of(search.clone()).contains(Key::ClickTiktok));
    assert!(of(search).contains(Key::ClickSnapchat));
    for bad in [
        "fb.1.1764072000.IwAR2F4dbP0l7Mn",
        "fb.9.1764072000000.IwAR2F4dbP0l7Mn",
        "IwAR2F4dbP0l7Mn",
    ] {
        assert!(
            !of(json!({"properties": {"fbc": bad}})).contains(Key::ClickMeta),
            "{bad}"
        );
    }
    assert!(
        of(json!({"context": {"fbp": "fb.1.1764072000000.1098115397"}})).contains(Key::BrowserMeta)
    );
    assert!(!of(json!({"context": {"fbp": "fb.1.1764072000000.abc"}})).contains(Key::BrowserMeta));
}

#[test]
fn placeholders_identify_nobody() {
    for bad in [
        json!("undefined"),
        json!("0"),
        json!(0),
        json!(null),
        json!(""),
        json!({"a": 1}),
    ] {
        assert!(
            !of(json!({"userId": bad})).contains(Key::ExternalId),
            "{bad}"
        );
    }
    assert!(of(json!({"userId": "u-7"})).contains(Key::ExternalId));
    assert!(of(json!({"userId": 42})).contains(Key::ExternalId));
}

#[test]
fn an_address_behind_a_router_identifies_nobody() {
    let with = |ip: &str| json!({"context": {"ip": ip, "userAgent": "Mozilla/5.0"}});
    assert!(of(with("203.0.113.7")).contains(Key::IpAndAgent));
    assert!(of(with("2001:db8::1")).contains(Key::IpAndAgent));
    for bad in [
        "192.168.0.7",
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "300.1.1.1",
        "",
    ] {
        assert!(!of(with(bad)).contains(Key::IpAndAgent), "{bad}");
    }
    assert!(!of(json!({"context": {"ip": "203.0.113.7"}})).contains(Key::IpAndAgent));
}

#[test]
fn a_name_needs_an_address_beside_it() {
    let traits =
        json!({"firstName": "Ana", "lastName": "Berg", "address": {"postalCode": "22767"}});
    assert!(of(json!({"context": {"traits": traits}})).contains(Key::NameAndAddress));
    assert!(
        !of(json!({"traits": {"firstName": "Ana", "lastName": "Berg"}}))
            .contains(Key::NameAndAddress)
    );
    assert!(
        of(json!({"traits": {"name": "Ana Berg", "zip": "22767"}})).contains(Key::NameAndAddress)
    );
}
