//! Can readings from outside give a health that is none, or gain by being left out?
//!
//! Any bytes: no panic. Evidence that reads: health within its bounds, also where the check refuses it; and no reading that is
//! taken away lifts the lower end.

use stratum_core::signal::{Health, HealthSettings, baseline};
use stratum_core::trust::Evidence;
use stratum_core::vocabulary::{Reading, Timestamp};

/// Holds the demands against these bytes.
pub fn run(bytes: &[u8]) {
    let Ok(evidence) = serde_json::from_slice::<Evidence>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&evidence).expect("evidence can be written");
    let read: Evidence = serde_json::from_slice(&written).expect("and read");
    assert_eq!(
        serde_json::to_vec(&read).expect("and written again"),
        written,
        "one evidence has one written form"
    );
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().expect("a time");
    if let Err(refused) = evidence.check(now) {
        assert!(!refused.path.is_empty() && !refused.why.is_empty());
    }
    let settings = baseline::november_2026().expect("the baseline is sound");
    let whole = measured(&evidence, &settings, now);
    for without in 0..9 {
        let mut less = evidence.clone();
        let readings = &mut less.readings;
        match without {
            0 => readings.match_quality = Reading::not_supplied(),
            1 => readings.api_calls = Reading::not_supplied(),
            2 => readings.token = Reading::not_supplied(),
            3 => readings.events = Reading::not_supplied(),
            4 => readings.platform = Reading::not_supplied(),
            5 => readings.delivery = Reading::not_supplied(),
            6 => readings.records = Reading::not_supplied(),
            7 => readings.feed = Reading::not_supplied(),
            _ => readings.revenue = Reading::not_supplied(),
        }
        let health = measured(&less, &settings, now);
        assert!(
            health.low() <= whole.low(),
            "reading {without} taken away lifts the lower end"
        );
    }
}

fn measured(evidence: &Evidence, settings: &HealthSettings, now: Timestamp) -> Health {
    let health = Health::measure(&evidence.plan, &evidence.readings, settings, None, now);
    let (low, high) = (health.low().value(), health.bounds().high.value());
    assert!(
        0.0 <= low && low <= high && high <= 100.0,
        "{low} to {high}"
    );
    assert!((0.0..=1.0).contains(&health.coverage()));
    assert_eq!(health.score().is_some(), health.coverage() > 0.0);
    for component in health.components() {
        let (low, high) = (component.bounds.low.value(), component.bounds.high.value());
        assert!(low <= high, "{component:?}");
    }
    health
}
