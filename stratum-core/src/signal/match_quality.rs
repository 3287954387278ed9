//! Can the platform tell whose conversion it was?
//!
//! Two numbers, never blended: what the keys make likely, and what the platform says it matched. The platform's own 0–10
//! score is kept beside them and scored nowhere. See `docs/methods/match-quality.md`.

use crate::numeric::{from_u64, wilson};
use crate::vocabulary::Missing;

use super::measure::{Component, Measure};
use super::readings::{MatchCounts, MeasurementPlan, Readings};
use super::settings::HealthSettings;
use super::sheet::Sheet;

/// The chance that at least one key identifies the person, when key `k` is present with its share and identifies with its
/// weight, independently: 1 − Π(1 − weight·share).
fn any_key(shares: impl Iterator<Item = (f64, f64)>) -> f64 {
    1.0 - shares.fold(1.0, |none, (weight, share)| none * (1.0 - weight * share))
}

/// The estimated match probability with its interval: (low, value, high).
fn estimate(counts: &MatchCounts, settings: &HealthSettings) -> (f64, f64, f64) {
    let events = from_u64(counts.events);
    let z = settings.confidence_z;
    let weights = settings.key_weights.as_array();
    let shares = counts.keys.as_array().map(|count| {
        let count = from_u64(count);
        let (low, high) = wilson(count, events, z);
        (low, count / events, high)
    });
    let each = || weights.into_iter().zip(shares);
    (
        any_key(each().map(|(w, (low, _, _))| (w, low))),
        any_key(each().map(|(w, (_, share, _))| (w, share))),
        any_key(each().map(|(w, (_, _, high))| (w, high))),
    )
}

pub(super) fn fill(sheet: &mut Sheet<'_>, plan: &MeasurementPlan, readings: &Readings) {
    let reading = match readings.match_quality.usable(sheet.now) {
        Ok(reading) => reading,
        Err(why) => {
            sheet.missing(&[Measure::MatchEstimate], why);
            if plan.match_confirmation {
                sheet.missing(&[Measure::MatchConfirmed], why);
            }
            return;
        }
    };
    let counts = &reading.value;
    let taken = sheet.taken(Component::MatchQuality, reading);
    if counts.events == 0 {
        sheet.missing(&[Measure::MatchEstimate], Missing::NoObservations);
    } else if counts.keys.as_array().iter().any(|n| *n > counts.events) {
        sheet.broken(Measure::MatchEstimate, 0.0, taken);
    } else {
        let (low, value, high) = estimate(counts, sheet.settings);
        sheet.within(Measure::MatchEstimate, value, (low, high), taken);
    }
    if plan.match_confirmation {
        match counts.confirmed {
            Some(confirmed) => {
                sheet.share(Measure::MatchConfirmed, confirmed, counts.events, taken);
            }
            None => sheet.missing(&[Measure::MatchConfirmed], Missing::NotSupplied),
        }
    }
}
