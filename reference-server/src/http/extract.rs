//! How is a request read? Bodies and query strings with the path of the first field that is wrong.
//!
//! axum's own answers are plain text; these extractors answer with problems only.

pub mod paging;
pub mod person;
pub mod tenant;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::Problem;

pub use tenant::OfTenant;

/// A JSON body.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if essence != "application/json" && !essence.ends_with("+json") {
            return Err(Problem::unsupported(
                "request.content_type",
                "this endpoint reads application/json",
            ));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(unreadable)?;
        from_json(&bytes).map(Self)
    }
}

/// Reads JSON and names the field that is wrong.
///
/// # Errors
/// `request.malformed_json` when it is no JSON, `request.invalid_field` when a value does not fit.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                let problem = Problem::invalid("request.invalid_field", inner.to_string());
                if path == "." {
                    problem
                } else {
                    problem.at(path)
                }
            }
            _ => Problem::malformed("request.malformed_json", inner.to_string()),
        }
    })?;
    reader
        .end()
        .map_err(|error| Problem::malformed("request.malformed_json", error.to_string()))?;
    Ok(value)
}

/// Why a body could not be read, as a problem.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape `map_err` hands over"
)]
pub(crate) fn unreadable(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large(
            "request.too_large",
            "the body is larger than this endpoint takes",
        )
    } else {
        Problem::malformed("request.truncated", "the body ended before it was complete")
    }
}

/// The query string.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| Problem::malformed("request.invalid_query", rejection.body_text()))
    }
}

/// The variable parts of the path.
#[derive(Debug, Clone)]
pub struct PathPart<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathPart<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|rejection| Problem::malformed("request.invalid_path", rejection.body_text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "only read by serde")]
        count: u32,
    }

    #[test]
    fn the_path_names_the_field() {
        let problem = from_json::<Vec<Row>>(br#"[{"count":1},{"count":-2}]"#).unwrap_err();
        assert_eq!(problem.code(), "request.invalid_field");
        assert_eq!(problem.path(), Some("[1].count"));
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in ["", "{", "[1,2", "NaN", "[1] 2"] {
            let problem = from_json::<serde_json::Value>(text.as_bytes()).unwrap_err();
            assert_eq!(problem.code(), "request.malformed_json", "{text}");
        }
    }
}
