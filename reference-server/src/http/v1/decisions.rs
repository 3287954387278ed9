//! What was decided? The list, and each decision with everything that led to it.

pub mod list;
pub mod show;

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use stratum_store::trust::Decision;

use crate::http::AppState;

/// The endpoints of this noun.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/decisions", get(list::handle))
        .route("/decisions/{seq}", get(show::handle))
}

/// A decision as it is answered: its short form with what changes later.
#[must_use]
pub fn answered(decision: &Decision) -> Value {
    let mut answer = decision.summary.clone();
    if let Value::Object(fields) = &mut answer {
        let truth = decision.truth.map(stratum_store::trust::Truth::as_str);
        fields.insert("truth".to_owned(), json!(truth));
        fields.insert("state".to_owned(), json!(decision.state));
    }
    answer
}
