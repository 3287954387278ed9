//! Does the platform's API answer, and will it tomorrow?
//!
//! An expired token is known to be bad; a token nobody looked at is missing. The two are never confused.

use crate::numeric::from_u64;
use crate::vocabulary::{Missing, seconds_between};

use super::measure::{Component, Measure};
use super::readings::{MeasurementPlan, Readings};
use super::sheet::Sheet;

const SECONDS_PER_DAY: f64 = 86_400.0;
/// What a token that never expires, or renews itself, is worth: beyond every curve's last point.
const NO_EXPIRY_DAYS: f64 = 365.0;

pub(super) fn fill(sheet: &mut Sheet<'_>, plan: &MeasurementPlan, readings: &Readings) {
    fill_calls(sheet, plan, readings);
    fill_token(sheet, readings);
}

fn fill_calls(sheet: &mut Sheet<'_>, plan: &MeasurementPlan, readings: &Readings) {
    let reading = match readings.api_calls.usable(sheet.now) {
        Ok(reading) => reading,
        Err(why) => {
            sheet.missing(&[Measure::ApiSuccess, Measure::ApiLatency], why);
            if plan.throttle_headroom {
                sheet.missing(&[Measure::ThrottleHeadroom], why);
            }
            return;
        }
    };
    let calls = &reading.value;
    let taken = sheet.taken(Component::ApiHealth, reading);
    if calls.failed() > calls.calls {
        sheet.broken(Measure::ApiSuccess, 0.0, taken);
    } else {
        sheet.share(
            Measure::ApiSuccess,
            calls.calls - calls.failed(),
            calls.calls,
            taken,
        );
    }
    if calls.calls == 0 {
        sheet.missing(&[Measure::ApiLatency], Missing::NoObservations);
    } else {
        sheet.exact(
            Measure::ApiLatency,
            from_u64(u64::from(calls.latency_p95_ms)),
            taken,
        );
    }
    if plan.throttle_headroom {
        match calls.throttle_headroom {
            Some(headroom) => sheet.exact_share(Measure::ThrottleHeadroom, headroom, taken),
            None => sheet.missing(&[Measure::ThrottleHeadroom], Missing::NotSupplied),
        }
    }
}

fn fill_token(sheet: &mut Sheet<'_>, readings: &Readings) {
    match readings.token.usable(sheet.now) {
        Err(why) => sheet.missing(&[Measure::TokenLife], why),
        Ok(reading) => {
            let token = &reading.value;
            let taken = sheet.taken(Component::ApiHealth, reading);
            let left = token
                .expires_at
                .map(|at| seconds_between(sheet.now, at) / SECONDS_PER_DAY);
            match left {
                _ if !token.valid => sheet.broken(Measure::TokenLife, 0.0, taken),
                Some(days) if days <= 0.0 => sheet.broken(Measure::TokenLife, 0.0, taken),
                Some(days) if !token.renews => sheet.exact(Measure::TokenLife, days, taken),
                _ => sheet.exact(Measure::TokenLife, NO_EXPIRY_DAYS, taken),
            }
        }
    }
}
