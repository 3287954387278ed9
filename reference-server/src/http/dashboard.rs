//! Who serves the dashboard? The server itself, from files embedded when it was compiled (a debug build reads the disk).
//!
//! Files with a hash in their name never change and are cached for good; the page itself is asked for again each time.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use stratum_core::vocabulary::Digest;

use super::Problem;

#[derive(RustEmbed)]
#[folder = "dashboard/dist"]
struct Files;

const PAGE: &str = "index.html";
/// Nothing from elsewhere, nothing inline, nobody may frame it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers every path that is no endpoint: a file of the dashboard, or its page.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::not_found("request.no_such_endpoint", "there is no such endpoint")
            .into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(response) = file(path, &headers) {
        return response;
    }
    // A path with a file ending that is not there is missing; everything else is a screen of the dashboard.
    if path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
    {
        return Problem::not_found("request.no_such_file", "there is no such file").into_response();
    }
    file(PAGE, &headers).unwrap_or_else(|| {
        Problem::internal("the dashboard's page is missing from this build").into_response()
    })
}

/// Whether the dashboard was built; otherwise a page says how to.
#[must_use]
pub fn is_built() -> bool {
    Files::get(PAGE)
        .is_some_and(|page| !String::from_utf8_lossy(&page.data).contains("stratum-placeholder"))
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let found = Files::get(path)?;
    let digest = Digest::of(&found.data).to_string();
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or_default());
    let cached = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str());
    let immutable = path.starts_with("assets/");
    let body = match found.data {
        _ if cached => Body::empty(),
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    if cached {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(path)),
    );
    out.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    let caching = if immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    out.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
    );
    Some(response)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_screen_is_the_page_and_a_missing_file_is_missing() {
        let ask = |path: &'static str| serve(Method::GET, Uri::from_static(path), HeaderMap::new());
        assert_eq!(ask("/decisions/12").await.status(), StatusCode::OK);
        assert_eq!(ask("/assets/gone.js").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(ask("/../Cargo.toml").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_known_page_is_not_sent_again() {
        let first = serve(Method::GET, Uri::from_static("/"), HeaderMap::new()).await;
        let tag = first.headers()[header::ETAG].clone();
        assert_eq!(first.headers()[header::CACHE_CONTROL], "no-cache");
        let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]);
        let second = serve(Method::GET, Uri::from_static("/"), headers).await;
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    }
}
