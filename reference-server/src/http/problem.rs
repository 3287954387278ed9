//! What went wrong, said once and clearly? Problems as RFC 9457 describes them, with a stable code and the path of the field.
//!
//! What went wrong inside is logged here and never told outside.

use std::borrow::Cow;
use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use stratum_store::StoreError;

use crate::jobs::JobError;

/// An answer that says what is wrong.
///
/// ```
/// use stratum_server::http::Problem;
/// let problem = Problem::invalid("import.unknown_currency", "`XXQ` is no currency").at("rows[3].currency");
/// assert_eq!(problem.status().as_u16(), 422);
/// assert_eq!(problem.code(), "import.unknown_currency");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    path: Option<String>,
    retry_after: Option<u64>,
}

/// The JSON that is sent.
#[derive(Serialize)]
struct Written<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

impl Problem {
    /// A problem with a status of its own choice.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            detail: detail.into(),
            path: None,
            retry_after: None,
        }
    }

    /// 400: the request cannot be read.
    #[must_use]
    pub fn malformed(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 422: the request can be read and asks for something that cannot be.
    #[must_use]
    pub fn invalid(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 401: the key is missing or unknown.
    #[must_use]
    pub fn unauthorised(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// 409: it does not go with what is there.
    #[must_use]
    pub fn conflict(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 413: more than the endpoint takes.
    #[must_use]
    pub fn too_large(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code, detail)
    }

    /// 415: a kind of content the endpoint does not read.
    #[must_use]
    pub fn unsupported(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail)
    }

    /// 503: not now; say after how many seconds with [`Self::retry_after`].
    #[must_use]
    pub fn unavailable(code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
    }

    /// 500: our own fault. The cause is logged, the outside only learns that it is logged.
    #[must_use]
    pub fn internal(cause: &(impl fmt::Display + ?Sized)) -> Self {
        tracing::error!(error = %cause, "a request failed inside");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server.internal",
            "something failed inside the server; its log says what",
        )
    }

    /// Points at the field that is wrong, such as `rows[3].currency`.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// After how many seconds it is worth trying again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The sentence for a person.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The field it is about.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_worth_retrying() {
            return Self::unavailable(error.code(), error.to_string()).retry_after(1);
        }
        if matches!(error, StoreError::DamagedEntry { .. }) {
            return Self::conflict(error.code(), error.to_string());
        }
        Self::internal(&error)
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            JobError::Store(error) => error.into(),
            JobError::UnknownAccount(_)
            | JobError::UnknownCampaign(_)
            | JobError::UnknownProposal(_)
            | JobError::UnknownFreeze(_) => Self::not_found(code, detail),
            JobError::NoPolicy
            | JobError::NotAwaitingApproval
            | JobError::SettlementNotAwaited
            | JobError::FreezeExists(_) => Self::conflict(code, detail),
            JobError::FreezeCoversNothing => Self::conflict(code, detail).at("scope"),
            JobError::ProposalExists(_) => Self::conflict(code, detail).at("id"),
            JobError::ProposalDoesNotFit { path, .. } => Self::conflict(code, detail).at(path),
            JobError::ApprovalRefused(_) | JobError::ApproverIsAutomation(_) => {
                Self::conflict(code, detail).at("by")
            }
            JobError::Policy(error) => {
                Self::invalid(code, detail).at(format!("policy.{}", error.path()))
            }
            JobError::Id(_) => Self::invalid(code, detail),
            JobError::Replay(_) => Self::conflict(code, detail),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{} ({}) at {path}", self.detail, self.code),
            None => write!(f, "{} ({})", self.detail, self.code),
        }
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let written = Written {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: &self.code,
            path: self.path.as_deref(),
        };
        let body = serde_json::to_vec(&written).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
