//! Is the platform itself in order?
//!
//! Its open incidents, what the detectors saw in delivery, whether it accepts changes, and how long its API version lives.

use crate::numeric::from_u64;
use crate::vocabulary::{Missing, seconds_between};

use super::measure::{Component, Measure};
use super::readings::Readings;
use super::sheet::Sheet;

const SECONDS_PER_DAY: f64 = 86_400.0;
/// A version without an announced end counts as far away.
const NO_SUNSET_DAYS: f64 = 3650.0;
/// Accepted changes assumed beforehand: one rejection of one request is not yet a platform that rejects everything.
const PRIOR_CHANGES: f64 = 4.0;
/// How much more a major incident counts than a minor one.
const MAJOR: u32 = 3;

const OF_STATE: [Measure; 4] = [
    Measure::OpenIncidents,
    Measure::RejectedChanges,
    Measure::ApiSunset,
    Measure::LearningShare,
];

const OF_DELIVERY: [Measure; 2] = [Measure::DeliveryAnomalies, Measure::DeliveryDeparture];

pub(super) fn fill(sheet: &mut Sheet<'_>, readings: &Readings) {
    match readings.platform.usable(sheet.now) {
        Err(why) => sheet.missing(&OF_STATE, why),
        Ok(reading) => {
            let state = &reading.value;
            let taken = sheet.taken(Component::PlatformStability, reading);
            let incidents = state
                .minor_incidents
                .saturating_add(state.major_incidents.saturating_mul(MAJOR));
            sheet.exact(
                Measure::OpenIncidents,
                from_u64(u64::from(incidents)),
                taken,
            );
            let rejected = from_u64(state.changes_rejected)
                / (from_u64(state.changes_requested) + PRIOR_CHANGES);
            sheet.exact(Measure::RejectedChanges, rejected, taken);
            let days = state.api_sunset_at.map_or(NO_SUNSET_DAYS, |at| {
                seconds_between(sheet.now, at) / SECONDS_PER_DAY
            });
            sheet.exact(Measure::ApiSunset, days, taken);
            sheet.exact_share(Measure::LearningShare, state.learning_share, taken);
        }
    }
    match readings.delivery.usable(sheet.now) {
        Err(why) => sheet.missing(&OF_DELIVERY, why),
        Ok(reading) => {
            let taken = sheet.taken(Component::PlatformStability, reading);
            let scan = reading.value;
            sheet.share(
                Measure::DeliveryAnomalies,
                scan.anomalous,
                scan.points,
                taken,
            );
            if scan.points == 0 {
                sheet.missing(&[Measure::DeliveryDeparture], Missing::NoObservations);
            } else if scan.farthest.is_finite() && scan.farthest >= 0.0 {
                sheet.exact(Measure::DeliveryDeparture, scan.farthest, taken);
            } else {
                sheet.broken(Measure::DeliveryDeparture, 0.0, taken);
            }
        }
    }
}
