//! What is in a file of platform metrics, orders, calls, states, touches or conversions? CSV and JSON, read into rows. Reading is pure: bytes, what
//! is known and a moment in; rows or a list of errors out.
//!
//! An upload is taken whole or not at all; `upload.rs` hands its rows to the store. The formats are described in
//! `docs/INGESTION.md`.

mod api_calls;
mod cell;
mod customers;
mod delivery;
mod error;
mod known;
mod metrics;
mod orders;
mod platform_status;
mod table;
mod upload;

pub use customers::{CustomerKind, CustomerUpload};
pub use delivery::Repeated;
pub use error::{ImportError, RowError};
pub use known::Known;
pub use platform_status::PlatformStatus;
pub use table::{Format, Table};
pub use upload::{Upload, UploadKind};

use chrono::TimeDelta;

/// The most rows in one upload.
pub const MAX_ROWS: usize = 200_000;
/// The most errors that are listed.
pub const MAX_ERRORS: usize = 20;
/// The largest count that is believed.
pub const MAX_COUNT: u64 = 1_000_000_000_000;
/// How far ahead a row may be dated: clocks differ by minutes.
pub const MAX_AHEAD: TimeDelta = TimeDelta::minutes(10);
/// Nothing before this year is believed: no advertising platform is older.
pub const FIRST_YEAR: i32 = 1995;
/// Nothing after this year is believed.
pub const LAST_YEAR: i32 = 2999;
