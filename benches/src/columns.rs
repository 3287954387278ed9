//! Which journeys are attributed? In columns of numbers, as the fast way in takes them.

use stratum_core::attribution::{Channels, PathColumns};
use stratum_core::numeric::Chance;

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

    /// Seeded journeys: lengths geometric with mean four and at most forty, some channels met far more often than others, four in
    /// ten touches of the channel before, one journey in eight converting. More rows begin with the same ones.
    ///
    /// # Errors
    /// More touches than an offset holds.
    pub fn drawn(channels: u16, rows: u32) -> Result<Self, SetUpError> {
        let names: Vec<String> = (0..channels).map(|code| format!("ch{code:02}")).collect();
        let mut columns = Self::over(Channels::new(names.iter().map(String::as_str))?);
        let mut chance = Chance::new(1, 0);
        for _ in 0..rows {
            let start = columns.codes.len();
            loop {
                // The lesser of two, so that the first channels are met more often.
                let of = usize::from(channels);
                let code = u16::try_from(chance.index(of).min(chance.index(of)))?;
                let again = columns.codes.len() > start && chance.happens(0.4);
                let before = columns.codes.last().copied().filter(|_| again);
                columns.codes.push(before.unwrap_or(code));
                if chance.happens(0.25) || columns.codes.len() - start >= 40 {
                    break;
                }
            }
            let converted = chance.happens(0.125);
            columns.offsets.push(u32::try_from(columns.codes.len())?);
            columns.conversions.push(u32::from(converted));
            columns.values_minor.push(if converted { 5_000 } else { 0 });
            columns.lapsed.push(u32::from(!converted));
        }
        Ok(columns)
    }

    /// The first rows, checked.
    ///
    /// # Errors
    /// Fewer rows than asked for, and what the columns are refused for.
    pub fn first(&self, rows: usize) -> Result<PathColumns<'_>, SetUpError> {
        const SHORT: &str = "there are fewer rows";
        let offsets = self.offsets.get(..=rows).ok_or(SHORT)?;
        let touches = usize::try_from(offsets.last().copied().unwrap_or(0))?;
        Ok(PathColumns::new(
            &self.channels,
            offsets,
            self.codes.get(..touches).ok_or(SHORT)?,
            self.conversions.get(..rows).ok_or(SHORT)?,
            self.values_minor.get(..rows).ok_or(SHORT)?,
            self.lapsed.get(..rows).ok_or(SHORT)?,
        )?)
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
