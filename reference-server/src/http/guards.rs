//! Who may speak to a server without accounts? Programs on this machine, and pages that it served itself.
//!
//! Listening on loopback keeps other machines out, not other web pages: a page from elsewhere can send requests to this
//! machine, under a name that it points here. So the name must be a loopback name, and a change must not come from
//! another site. The collection endpoints take events from other sites on purpose; a write key protects them.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Problem;

/// The endpoints that other sites may send to.
const COLLECTION: [&str; 13] = [
    "/v1/track",
    "/v1/identify",
    "/v1/page",
    "/v1/screen",
    "/v1/group",
    "/v1/alias",
    "/v1/batch",
    // the short names of the browser library
    "/v1/t",
    "/v1/i",
    "/v1/p",
    "/v1/s",
    "/v1/g",
    "/v1/a",
];

/// Lets a request in, or says why not.
pub(super) async fn local_only(request: Request, next: Next) -> Response {
    if !is_local_name(&request) {
        return Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "request.unknown_host",
            "this server answers to localhost and 127.0.0.1 only",
        )
        .into_response();
    }
    if changes_something(&request) && is_from_another_site(request.headers()) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "request.cross_site",
            "a page of another site may not change anything here",
        )
        .into_response();
    }
    next.run(request).await
}

/// The name the request was sent to: from the request line, or from the `Host` header.
fn is_local_name(request: &Request) -> bool {
    let header = request
        .headers()
        .get(header::HOST)
        .map(|host| host.to_str().unwrap_or("?"));
    let name = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or(header);
    // No name at all is HTTP/1.0 or a test in the same process: no browser sends that.
    name.is_none_or(|name| {
        let host = match name.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => name.split(':').next().unwrap_or_default(),
        };
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

fn changes_something(request: &Request) -> bool {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    !safe && !COLLECTION.contains(&request.uri().path())
}

fn is_from_another_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        // Older browsers say only where a request comes from.
        None => text(header::ORIGIN).is_some_and(|origin| {
            let place = origin.split_once("://").map_or(origin, |(_, place)| place);
            text(header::HOST) != Some(place)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request {
        let mut builder = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(Body::empty()).unwrap()
    }

    #[test]
    fn only_loopback_names_are_answered() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:80",
            "127.1.2.3",
            "[::1]:8080",
        ] {
            assert!(
                is_local_name(&request("GET", "/", &[("host", host)])),
                "{host}"
            );
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1:8080",
            "[2001:db8::1]",
            "",
        ] {
            assert!(
                !is_local_name(&request("GET", "/", &[("host", host)])),
                "{host}"
            );
        }
    }

    #[test]
    fn a_page_of_another_site_is_told_apart() {
        let from = |headers: &[(&str, &str)]| {
            is_from_another_site(request("POST", "/v1/freezes", headers).headers())
        };
        assert!(!from(&[]));
        assert!(!from(&[("sec-fetch-site", "same-origin")]));
        assert!(from(&[("sec-fetch-site", "cross-site")]));
        assert!(from(&[("sec-fetch-site", "same-site")]));
        assert!(!from(&[
            ("origin", "http://127.0.0.1:8080"),
            ("host", "127.0.0.1:8080")
        ]));
        assert!(from(&[
            ("origin", "http://evil.example"),
            ("host", "127.0.0.1:8080")
        ]));
        assert!(from(&[("origin", "null"), ("host", "127.0.0.1:8080")]));
        assert!(!changes_something(&request("POST", "/v1/track", &[])));
    }
}
