//! Which part of a long list? A limit and the number to continue before.

use serde::Deserialize;

use crate::http::Problem;

/// How many items an answer holds when nobody says otherwise.
pub const USUAL_LIMIT: u32 = 50;
/// The most items an answer holds.
pub const LARGEST_LIMIT: u32 = 500;

/// `?limit=` and `?before=`.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Paging {
    limit: Option<u32>,
    /// Only items with a number below this one.
    pub before: Option<u64>,
}

impl Paging {
    /// How many items to answer.
    ///
    /// # Errors
    /// `request.invalid_limit` when it is not between 1 and [`LARGEST_LIMIT`].
    pub fn limit(&self) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(USUAL_LIMIT);
        if (1..=LARGEST_LIMIT).contains(&limit) {
            Ok(limit)
        } else {
            let detail = format!("a limit lies between 1 and {LARGEST_LIMIT}");
            Err(Problem::invalid("request.invalid_limit", detail).at("limit"))
        }
    }

    /// The number to continue before, when the page is full.
    #[must_use]
    pub fn next_before(numbers: &[u64], limit: u32) -> Option<u64> {
        let full = numbers.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        numbers.last().copied().filter(|last| full && *last > 1)
    }
}
