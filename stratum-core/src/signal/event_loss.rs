//! Do the events arrive, once each?
//!
//! Browser and server are matched by event id; orders are the independent count. Equal counts that do not match are a broken
//! match, not a perfect one. Without orders, two matched sources still estimate what both missed (Lincoln and Petersen).
//! See `docs/methods/event-loss.md`.

use crate::numeric::{from_u64, wilson};
use crate::vocabulary::Missing;

use super::measure::{Component, Measure};
use super::readings::{EventCounts, MeasurementPlan, Readings};
use super::sheet::{Sheet, Taken};

pub(super) fn fill(sheet: &mut Sheet<'_>, plan: &MeasurementPlan, readings: &Readings) {
    let reading = match readings.events.usable(sheet.now) {
        Ok(reading) => reading,
        Err(why) => {
            sheet.missing(&[Measure::LostEvents], why);
            for (planned, measure) in planned_beside(plan) {
                if planned {
                    sheet.missing(&[measure], why);
                }
            }
            return;
        }
    };
    let taken = sheet.taken(Component::EventLoss, reading);
    let counts = &reading.value;
    if plan.browser_events && plan.server_events {
        fill_twins(sheet, counts, taken);
    }
    if plan.independent_orders {
        fill_against_orders(sheet, plan, counts, taken);
    } else if plan.browser_events && plan.server_events {
        fill_estimate(sheet, counts, taken);
    } else {
        sheet.missing(&[Measure::LostEvents], Missing::NoIndependentCount);
    }
}

const fn planned_beside(plan: &MeasurementPlan) -> [(bool, Measure); 4] {
    [
        (
            plan.browser_events && plan.server_events,
            Measure::TwinMatch,
        ),
        (plan.independent_orders, Measure::SurplusEvents),
        (
            plan.server_events && plan.independent_orders,
            Measure::ServerCapture,
        ),
        (
            plan.browser_events && plan.independent_orders,
            Measure::BrowserCapture,
        ),
    ]
}

fn fill_twins(sheet: &mut Sheet<'_>, counts: &EventCounts, taken: Taken) {
    let (Some(browser), Some(server), Some(matched)) =
        (counts.browser, counts.server, counts.matched)
    else {
        sheet.missing(&[Measure::TwinMatch], Missing::NotSupplied);
        return;
    };
    let fewer = browser.min(server);
    // One side silent while the other speaks: none of the larger side's events has a twin.
    let whole = if fewer == 0 {
        browser.max(server)
    } else {
        fewer
    };
    sheet.share(Measure::TwinMatch, matched, whole, taken);
}

/// Conversions reported at least once, by the planned sources.
fn reported(plan: &MeasurementPlan, counts: &EventCounts) -> Option<u64> {
    match (plan.browser_events, plan.server_events) {
        (true, true) => {
            let both = counts.browser?.saturating_add(counts.server?);
            Some(both.saturating_sub(counts.matched?))
        }
        (true, false) => counts.browser,
        (false, true) => counts.server,
        (false, false) => None,
    }
}

fn fill_against_orders(
    sheet: &mut Sheet<'_>,
    plan: &MeasurementPlan,
    counts: &EventCounts,
    taken: Taken,
) {
    let Some(orders) = counts.independent else {
        sheet.missing(
            &[Measure::LostEvents, Measure::SurplusEvents],
            Missing::NotSupplied,
        );
        for (planned, measure) in planned_beside(plan) {
            if planned && measure != Measure::TwinMatch {
                sheet.missing(&[measure], Missing::NotSupplied);
            }
        }
        return;
    };
    match reported(plan, counts) {
        Some(unique) => {
            sheet.share(
                Measure::LostEvents,
                orders.saturating_sub(unique),
                orders,
                taken,
            );
            sheet.share(
                Measure::SurplusEvents,
                unique.saturating_sub(orders),
                unique,
                taken,
            );
        }
        None => {
            sheet.missing(
                &[Measure::LostEvents, Measure::SurplusEvents],
                Missing::NotSupplied,
            );
        }
    }
    let sides = [
        (plan.server_events, counts.server, Measure::ServerCapture),
        (plan.browser_events, counts.browser, Measure::BrowserCapture),
    ];
    for (_, count, measure) in sides.into_iter().filter(|(planned, _, _)| *planned) {
        match count {
            // More events than orders is the surplus measure's concern.
            Some(count) => sheet.share(measure, count.min(orders), orders, taken),
            None => sheet.missing(&[measure], Missing::NotSupplied),
        }
    }
}

/// The share both sides missed, if they miss independently: the product of the shares each missed of the other.
fn fill_estimate(sheet: &mut Sheet<'_>, counts: &EventCounts, taken: Taken) {
    let (Some(browser), Some(server), Some(matched)) =
        (counts.browser, counts.server, counts.matched)
    else {
        sheet.missing(&[Measure::LostEvents], Missing::NotSupplied);
        return;
    };
    if browser == 0 && server == 0 {
        sheet.missing(&[Measure::LostEvents], Missing::NoObservations);
    } else if matched > browser.min(server) {
        sheet.broken(Measure::LostEvents, 1.0, taken);
    } else if browser == 0 || server == 0 {
        // One side silent leaves nothing to estimate from: the silence itself is scored as a missing twin.
        sheet.missing(&[Measure::LostEvents], Missing::NoIndependentCount);
    } else {
        let z = sheet.settings.confidence_z;
        let (matched, browser, server) = (from_u64(matched), from_u64(browser), from_u64(server));
        let (by_browser, by_server) = (wilson(matched, server, z), wilson(matched, browser, z));
        let value = (1.0 - matched / server) * (1.0 - matched / browser);
        let least = (1.0 - by_browser.1) * (1.0 - by_server.1);
        let most = (1.0 - by_browser.0) * (1.0 - by_server.0);
        sheet.within(Measure::LostEvents, value, (least, most), taken);
    }
}
