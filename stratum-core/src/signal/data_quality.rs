//! Are the records what they should be?
//!
//! Defects are shares of what arrived; impossible values are evidence of breakage; revenue is compared as totals, with an
//! effective number of orders (Kish) behind the interval. See `docs/methods/data-quality.md`.

use crate::numeric::{from_u64, wilson};
use crate::vocabulary::Missing;

use super::measure::{Component, Measure};
use super::readings::{MeasurementPlan, Readings, Revenue};
use super::sheet::{Sheet, Taken};

const SECONDS_PER_HOUR: f64 = 3600.0;

const OF_RECORDS: [Measure; 5] = [
    Measure::SchemaViolations,
    Measure::DuplicateRecords,
    Measure::LateRecords,
    Measure::FutureRecords,
    Measure::EmptyValues,
];

pub(super) fn fill(sheet: &mut Sheet<'_>, plan: &MeasurementPlan, readings: &Readings) {
    match readings.records.usable(sheet.now) {
        Err(why) => sheet.missing(&OF_RECORDS, why),
        Ok(reading) => {
            let taken = sheet.taken(Component::DataQuality, reading);
            let r = reading.value;
            let defects = [
                r.schema_violations,
                r.duplicates,
                r.late,
                r.future,
                r.empty_values,
            ];
            for (measure, defect) in OF_RECORDS.into_iter().zip(defects) {
                sheet.share(measure, defect, r.records, taken);
            }
        }
    }
    match readings.feed.usable(sheet.now) {
        Err(why) => sheet.missing(&[Measure::WatermarkLag, Measure::FlatFeed], why),
        Ok(reading) => {
            let taken = sheet.taken(Component::DataQuality, reading);
            let lag = from_u64(reading.value.lag_seconds) / SECONDS_PER_HOUR;
            sheet.exact(Measure::WatermarkLag, lag, taken);
            let flat = from_u64(u64::from(reading.value.flat_hours));
            sheet.exact(Measure::FlatFeed, flat, taken);
        }
    }
    if plan.independent_orders {
        match readings.revenue.usable(sheet.now) {
            Err(why) => sheet.missing(&[Measure::RevenueGap], why),
            Ok(reading) => {
                let taken = sheet.taken(Component::DataQuality, reading);
                fill_revenue(sheet, &reading.value, taken);
            }
        }
    }
}

fn fill_revenue(sheet: &mut Sheet<'_>, revenue: &Revenue, taken: Taken) {
    let (more, less) = if revenue.platform >= revenue.independent {
        (revenue.platform, revenue.independent)
    } else {
        (revenue.independent, revenue.platform)
    };
    let sound = less >= 0.0 && more.is_finite() && revenue.independent_squares >= 0.0;
    if !sound {
        sheet.broken(Measure::RevenueGap, 1.0, taken);
    } else if more == 0.0 {
        sheet.missing(&[Measure::RevenueGap], Missing::NoObservations);
    } else {
        // Kish: orders of unequal value carry less than their number; no order at all carries one observation's worth.
        let total = revenue.independent;
        let orders = if revenue.independent_squares > 0.0 {
            total * total / revenue.independent_squares
        } else {
            1.0
        };
        let gap = 1.0 - less / more;
        let range = wilson(gap * orders, orders, sheet.settings.confidence_z);
        sheet.within(Measure::RevenueGap, gap, range, taken);
    }
}
