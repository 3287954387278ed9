//! At which touch does a channel earn its credit? The sum game with the order of touches kept.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::attribution::credit::{ExactCredit, ONE, in_conversions, split_evenly, whole_amounts};
use crate::attribution::error::AttributionError;
use crate::attribution::paths::Paths;

/// Credit of one channel at one place of the path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceCredit {
    /// The channel.
    pub channel: String,
    /// Which touch of the path, from 1.
    pub place: usize,
    /// Conversions credited to it.
    pub conversions: f64,
    /// Value credited to it, in the smallest unit of the currency; these add up exactly.
    pub value_minor: i64,
}

/// The ordered Shapley value: what [`super::ShapleyModel::SumGame`] gives a channel on a path, shared evenly among its touches there,
/// and added up by place. In ascending order of channels, then places.
///
/// ```
/// use stratum_core::attribution::{Counts, PathTable, ordered_shapley};
/// let mut table = PathTable::new();
/// table.add_text("search > mail > search", ">", Counts::converted(1, 400)).unwrap();
/// let credits = ordered_shapley(&table).unwrap();
/// let told: Vec<_> = credits.iter().map(|c| (&*c.channel, c.place, c.value_minor)).collect();
/// assert_eq!(told, [("mail", 2, 200), ("search", 1, 100), ("search", 3, 100)]);
/// ```
///
/// # Errors
/// What reading the paths gives.
pub fn ordered_shapley(paths: &impl Paths) -> Result<Vec<PlaceCredit>, AttributionError> {
    let credit = ExactCredit::over(&paths.names());
    let mut cells: BTreeMap<(u16, usize), (i128, i128)> = BTreeMap::new();
    let mut touches: Vec<(u16, usize)> = Vec::new();
    let (mut parts, mut of_touches) = (Vec::new(), Vec::new());
    paths.try_for_each(|path| {
        let counts = path.counts;
        if counts.conversions == 0 {
            return Ok(());
        }
        touches.clear();
        touches.extend(path.codes.iter().map(|code| credit.rank(*code)).zip(1..));
        touches.sort_unstable();
        let same = |one: &(u16, usize), next: &(u16, usize)| one.0 == next.0;
        split_evenly(ONE, touches.chunk_by(same).count(), &mut parts);
        for (touches, units) in touches.chunk_by(same).zip(&parts) {
            split_evenly(*units, touches.len(), &mut of_touches);
            for (touch, units) in touches.iter().zip(&of_touches) {
                let (conversions, value) = cells.entry(*touch).or_default();
                *conversions += i128::from(*units) * i128::from(counts.conversions);
                *value += i128::from(*units) * i128::from(counts.value_minor);
            }
        }
        Ok(())
    })?;
    let amount = paths.totals().touched.value_minor;
    let values = whole_amounts(amount, cells.values().map(|(_, value)| *value));
    let credits = cells.iter().zip(values);
    let credits = credits.map(
        |(((rank, place), (conversions, _)), value_minor)| PlaceCredit {
            channel: credit
                .names()
                .get(usize::from(*rank))
                .cloned()
                .unwrap_or_default(),
            place: *place,
            conversions: in_conversions(*conversions),
            value_minor,
        },
    );
    Ok(credits.collect())
}
