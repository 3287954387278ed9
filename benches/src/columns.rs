//! Which journeys are attributed? In columns of numbers, as the fast way in takes them.

use stratum_core::attribution::{Channels, PathColumns};

use crate::SetUpError;

/// Journeys in columns: see [`PathColumns`].
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// The names behind the codes.
    pub channels: Channels,
    /// Where the touches of each row begin, and where the last ones end.
    pub offsets: Vec<u32>,
    /// The channel of each touch.
    pub codes: Vec<u16>,
    /// Conversions of each row.
    pub conversions: Vec<u32>,
    /// What they were worth.
    pub values_minor: Vec<i64>,
    /// Journeys of each row that lapsed.
    pub lapsed: Vec<u32>,
}

impl Columns {
    /// No row yet.
    #[must_use]
    pub fn over(channels: Channels) -> Self {
        Self {
            channels,
            offsets: vec![0],
            ..Self::default()
        }
    }

    /// The columns, checked.
    ///
    /// # Errors
    /// What the columns are refused for.
    pub fn paths(&self) -> Result<PathColumns<'_>, SetUpError> {
        Ok(PathColumns::new(
            &self.channels,
            &self.offsets,
            &self.codes,
            &self.conversions,
            &self.values_minor,
            &self.lapsed,
        )?)
    }
}
