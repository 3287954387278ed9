//! Can settings from outside become a policy that makes no sense?
//!
//! Any bytes: no panic. Settings that are accepted: the same digest after writing and reading, and a review of good signals
//! that never passes automation below the threshold of the policy.

use stratum_core::trust::{
    Evidence, LedgerView, Policy, PolicySettings, Proposal, Verdict, review,
};

const EVIDENCE: &str = include_str!("../../stratum-core/conformance/samples/healthy.json");
const PROPOSAL: &str = r#"{"id":"p-1","tenant":"north","platform":"meta","account":"act_1",
    "action":{"set_daily_budget":{"campaign":"winter","before":{"amount":"120.00","currency":"EUR"},
    "after":{"amount":"144.00","currency":"EUR"}}},"proposer":{"kind":"rule","id":"scale-winners"},
    "made_at":"2026-11-25T12:00:00Z"}"#;

/// Holds the demands against these bytes.
pub fn run(bytes: &[u8]) {
    let Ok(settings) = serde_json::from_slice::<PolicySettings>(bytes) else {
        return;
    };
    let policy = match Policy::new(settings) {
        Ok(policy) => policy,
        Err(refused) => {
            assert!(!refused.path().is_empty() && !refused.to_string().is_empty());
            return;
        }
    };
    let written = serde_json::to_vec(policy.settings()).expect("settings can be written");
    let read = serde_json::from_slice(&written).expect("and read");
    let again = Policy::new(read).expect("what was accepted is accepted again");
    assert_eq!(policy.digest(), again.digest(), "a digest survives storage");

    let evidence: Evidence = serde_json::from_str(EVIDENCE).expect("the sample reads");
    let proposal: Proposal = serde_json::from_str(PROPOSAL).expect("the proposal reads");
    let now = proposal.made_at;
    let review = review(proposal, &evidence, &policy, &LedgerView::empty(now), now);
    let (low, high) = (
        review.health.low().value(),
        review.health.bounds().high.value(),
    );
    assert!((0.0..=high).contains(&low) && high <= 100.0);
    if matches!(review.verdict, Verdict::Pass(_)) {
        assert!(low >= policy.settings().health.healthy);
        assert!(low >= review.required.value());
    }
}
