//! How does the outside talk to the server? JSON over HTTP on loopback, problems as RFC 9457 says.

pub mod dashboard;
pub mod extract;
mod guards;
mod health;
pub mod problem;
pub mod router;
pub mod state;
pub mod v1;

pub use extract::{JsonBody, OfTenant, PathPart, Query};
pub use problem::Problem;
pub use router::router;
pub use state::AppState;
