//! What is normal? The dated baseline for health: every number a tenant may change, in one place.
//!
//! Where a number comes from is said in `docs/methods/signal-health.md`. Changing one means a new baseline with a new date,
//! so that a stored decision can always name the numbers it was made with.

use alloc::collections::BTreeMap;

use super::curve::Curve;
use super::measure::Measure;
use super::settings::{
    CurveSet, HealthSettings, KeyWeights, PerComponent, Recovery, SettingsError,
};

const HOUR: f64 = 3600.0;

/// The points of every curve, (value, score), in the unit of the measure.
#[rustfmt::skip] // one line per measure reads as the table it is
const POINTS: [(Measure, &[(f64, f64)]); Measure::COUNT] = [
    (Measure::MatchEstimate, &[(0.0, 0.0), (1.0, 100.0)]),
    (Measure::MatchConfirmed, &[(0.0, 0.0), (1.0, 100.0)]),
    (Measure::ApiSuccess, &[(0.8, 0.0), (0.9, 40.0), (0.95, 60.0), (0.98, 80.0), (0.995, 95.0), (1.0, 100.0)]),
    (Measure::ApiLatency, &[(500.0, 100.0), (2000.0, 85.0), (5000.0, 60.0), (15_000.0, 20.0), (60_000.0, 0.0)]),
    (Measure::ThrottleHeadroom, &[(0.0, 20.0), (0.1, 50.0), (0.3, 80.0), (0.6, 100.0)]),
    (Measure::TokenLife, &[(0.0, 0.0), (1.0, 50.0), (3.0, 80.0), (7.0, 100.0)]),
    (Measure::TwinMatch, &[(0.0, 0.0), (0.5, 40.0), (0.8, 70.0), (0.95, 95.0), (1.0, 100.0)]),
    (Measure::LostEvents, &[(0.0, 100.0), (0.05, 85.0), (0.1, 70.0), (0.2, 40.0), (0.4, 10.0), (0.6, 0.0)]),
    (Measure::SurplusEvents, &[(0.0, 100.0), (0.03, 90.0), (0.1, 70.0), (0.2, 40.0), (0.5, 0.0)]),
    (Measure::ServerCapture, &[(0.0, 0.0), (0.5, 40.0), (0.8, 70.0), (0.95, 95.0), (1.0, 100.0)]),
    (Measure::BrowserCapture, &[(0.0, 0.0), (0.3, 40.0), (0.5, 70.0), (0.7, 90.0), (0.9, 100.0)]),
    (Measure::OpenIncidents, &[(0.0, 100.0), (1.0, 70.0), (3.0, 30.0), (6.0, 0.0)]),
    (Measure::DeliveryAnomalies, &[(0.0, 100.0), (0.1, 80.0), (0.25, 50.0), (0.5, 20.0), (1.0, 0.0)]),
    (Measure::RejectedChanges, &[(0.0, 100.0), (0.1, 85.0), (0.3, 50.0), (0.6, 10.0), (1.0, 0.0)]),
    (Measure::ApiSunset, &[(0.0, 0.0), (7.0, 40.0), (30.0, 75.0), (90.0, 100.0)]),
    (Measure::LearningShare, &[(0.0, 100.0), (0.5, 85.0), (1.0, 65.0)]),
    (Measure::DeliveryDeparture, &[(4.0, 100.0), (6.0, 85.0), (10.0, 40.0), (20.0, 20.0), (40.0, 0.0)]),
    (Measure::SchemaViolations, &[(0.0, 100.0), (0.02, 85.0), (0.05, 70.0), (0.15, 40.0), (0.5, 0.0)]),
    (Measure::DuplicateRecords, &[(0.0, 100.0), (0.02, 85.0), (0.05, 70.0), (0.15, 35.0), (0.4, 0.0)]),
    (Measure::LateRecords, &[(0.0, 100.0), (0.05, 90.0), (0.2, 65.0), (0.5, 30.0), (1.0, 0.0)]),
    (Measure::FutureRecords, &[(0.0, 100.0), (0.01, 85.0), (0.05, 50.0), (0.2, 0.0)]),
    (Measure::EmptyValues, &[(0.0, 100.0), (0.02, 85.0), (0.05, 70.0), (0.15, 40.0), (0.5, 0.0)]),
    (Measure::WatermarkLag, &[(2.0, 100.0), (6.0, 80.0), (12.0, 50.0), (16.0, 35.0), (24.0, 15.0), (48.0, 0.0)]),
    (Measure::FlatFeed, &[(3.0, 100.0), (6.0, 80.0), (12.0, 45.0), (24.0, 0.0)]),
    (Measure::RevenueGap, &[(0.0, 100.0), (0.05, 85.0), (0.08, 65.0), (0.12, 40.0), (0.2, 15.0), (0.4, 0.0)]),
];

fn curves() -> Result<CurveSet, SettingsError> {
    let mut map = BTreeMap::new();
    for (measure, points) in POINTS {
        let curve = Curve::new(points.to_vec()).map_err(SettingsError::Curve)?;
        map.insert(measure, curve);
    }
    CurveSet::try_from(map)
}

/// The health settings of the baseline of November 2026.
///
/// ```
/// let settings = stratum_core::signal::baseline::november_2026().unwrap();
/// assert_eq!(settings.healthy, 70.0);
/// assert_eq!(settings.weights.match_quality, 35.0);
/// ```
///
/// # Errors
/// None in practice: a test makes sure that the baseline passes its own check.
pub fn november_2026() -> Result<HealthSettings, SettingsError> {
    let settings = HealthSettings {
        weights: PerComponent {
            match_quality: 35.0,
            api_health: 25.0,
            event_loss: 20.0,
            platform_stability: 10.0,
            data_quality: 10.0,
        },
        healthy: 70.0,
        degraded: 40.0,
        floors: PerComponent {
            match_quality: 40.0,
            api_health: 40.0,
            event_loss: 40.0,
            platform_stability: 40.0,
            data_quality: 40.0,
        },
        minimum_coverage: 0.8,
        confidence_z: 1.645,
        recovery: Recovery {
            margin: 4.0,
            dwell_seconds: 6.0 * HOUR,
        },
        fresh_seconds: PerComponent {
            match_quality: 24.0 * HOUR,
            api_health: 2.0 * HOUR,
            event_loss: 3.0 * HOUR,
            platform_stability: 6.0 * HOUR,
            data_quality: 3.0 * HOUR,
        },
        half_life_seconds: PerComponent {
            match_quality: 48.0 * HOUR,
            api_health: 6.0 * HOUR,
            event_loss: 12.0 * HOUR,
            platform_stability: 24.0 * HOUR,
            data_quality: 12.0 * HOUR,
        },
        key_weights: KeyWeights {
            email: 0.8,
            phone: 0.75,
            click_id: 0.85,
            external_id: 0.5,
            browser_id: 0.45,
            ip_and_agent: 0.25,
            name_and_address: 0.3,
        },
        curves: curves()?,
    };
    settings.check()?;
    Ok(settings)
}
