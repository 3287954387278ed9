//! From which side does a message come? What it says itself, then the library it names, then what its source usually is.

use serde_json::{Map, Value};
use stratum_store::Channel;

/// Libraries by what their name contains, in lower case.
const LIBRARIES: [(&str, Channel); 20] = [
    ("analytics.js", Channel::Browser),
    ("analytics-next", Channel::Browser),
    ("javascript", Channel::Browser),
    ("ios", Channel::Mobile),
    ("android", Channel::Mobile),
    ("kotlin", Channel::Mobile),
    ("swift", Channel::Mobile),
    ("react-native", Channel::Mobile),
    ("flutter", Channel::Mobile),
    ("xamarin", Channel::Mobile),
    ("python", Channel::Server),
    ("node", Channel::Server),
    ("java", Channel::Server),
    ("php", Channel::Server),
    ("ruby", Channel::Server),
    ("analytics-go", Channel::Server),
    ("dotnet", Channel::Server),
    (".net", Channel::Server),
    ("rust", Channel::Server),
    ("http", Channel::Server),
];

fn named(text: &str) -> Option<Channel> {
    match text {
        "browser" | "web" | "client" => Some(Channel::Browser),
        "server" => Some(Channel::Server),
        "mobile" => Some(Channel::Mobile),
        _ => None,
    }
}

fn of_library(name: &str) -> Option<Channel> {
    let name = name.to_ascii_lowercase();
    LIBRARIES
        .iter()
        .find(|(part, _)| name.contains(part))
        .map(|(_, channel)| *channel)
}

pub(super) fn channel(message: &Map<String, Value>, usual: Channel) -> Channel {
    let context = message.get("context");
    let said = [
        message.get("channel"),
        context.and_then(|context| context.get("channel")),
    ];
    let said = said
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find_map(named);
    let library = || {
        context
            .and_then(|context| context.pointer("/library/name"))
            .and_then(Value::as_str)
            .and_then(of_library)
    };
    said.or_else(library).unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_says_comes_before_its_library_and_its_source() {
        let of = |value: Value| match value {
            Value::Object(message) => channel(&message, Channel::Mobile),
            _ => panic!("an object"),
        };
        let python = serde_json::json!({"library": {"name": "analytics-python"}});
        assert_eq!(of(serde_json::json!({"context": python})), Channel::Server);
        assert_eq!(
            of(serde_json::json!({"channel": "web", "context": python})),
            Channel::Browser
        );
        assert_eq!(
            of(serde_json::json!({"context": {"library": {"name": "@segment/analytics-node"}}})),
            Channel::Server
        );
        assert_eq!(
            of(serde_json::json!({"context": {"library": {"name": "RudderLabs JavaScript SDK"}}})),
            Channel::Browser
        );
        assert_eq!(
            of(serde_json::json!({"channel": null, "context": 7})),
            Channel::Mobile
        );
    }
}
