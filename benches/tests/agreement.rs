//! Does everybody decide the same? Our gate, Cedar and Rego on every case, before anybody is timed.

#![cfg(test)]

use stratum_benches::cases;
use stratum_benches::cedar::Cedar;
use stratum_benches::question::Question;
use stratum_benches::rego::{Rego, input};
use stratum_core::signal::Health;
use stratum_core::trust::{Policy, decide};
use stratum_core::wire::{ReviewAnswer, VerdictKind};

#[test]
fn our_gate_cedar_and_rego_give_the_verdict_of_every_case() {
    let (policy, now) = (Policy::baseline_2026_11().unwrap(), cases::now().unwrap());
    let (cedar, mut rego) = (Cedar::new().unwrap(), Rego::new().unwrap());
    let mut seen = Vec::new();
    for case in cases::all().unwrap() {
        let (evidence, view) = (&case.evidence, &case.view);
        let health = Health::measure(
            &evidence.plan,
            &evidence.readings,
            &policy.settings().health,
            view.memory.as_ref(),
            now,
        );
        let question = Question::of(&case, &health, &policy, now);
        let review = decide(case.proposal.clone(), evidence, health, &policy, view, now);
        let reasons = format!("{}: {:?}", case.name, review.reasons);
        assert_eq!(ReviewAnswer::of(&review).verdict, case.verdict, "{reasons}");
        let request = cedar.request(&question).unwrap();
        assert_eq!(cedar.decide(&request), case.verdict, "Cedar, {reasons}");
        let value = input(&question);
        assert_eq!(
            rego.interpret(value.clone()),
            case.verdict,
            "Rego, {reasons}"
        );
        assert_eq!(
            rego.execute(value),
            case.verdict,
            "Rego's machine, {reasons}"
        );
        seen.push(case.verdict);
    }
    for kind in [VerdictKind::Pass, VerdictKind::Hold, VerdictKind::Block] {
        assert!(seen.iter().filter(|verdict| **verdict == kind).count() >= 4);
    }
}
