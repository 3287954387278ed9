//! What does an upload get to hear? How many rows were taken, or everything that is wrong with it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::imports::ImportError;

/// A problem as everywhere, with the list of what is wrong beside it.
#[derive(Serialize)]
struct Refused<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors_found: Option<usize>,
}

#[derive(Serialize)]
struct Wrong<'a> {
    path: &'a str,
    code: &'static str,
    detail: &'a str,
}

pub(super) fn taken(kind: &'static str, rows: usize) -> Response {
    axum::Json(serde_json::json!({"kind": kind, "rows": rows})).into_response()
}

pub(super) fn refused(error: &ImportError) -> Response {
    let (status, title) = match error {
        ImportError::Unreadable { .. } => (StatusCode::BAD_REQUEST, "Bad Request"),
        ImportError::Rows { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable Entity"),
    };
    let (errors, errors_found) = match error {
        ImportError::Unreadable { .. } => (Vec::new(), None),
        ImportError::Rows { listed, found } => {
            let wrong = listed.iter().map(|row| Wrong {
                path: &row.path,
                code: row.code,
                detail: &row.detail,
            });
            (wrong.collect(), Some(*found))
        }
    };
    let written = Refused {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail: error.to_string(),
        code: error.code(),
        path: error.path(),
        errors,
        errors_found,
    };
    let body = serde_json::to_vec(&written).unwrap_or_default();
    let kind = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
