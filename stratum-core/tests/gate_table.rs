//! What does the gate say, all in all? One table that a person reads and reviews: action × proposer × health, and what a
//! freeze and the modes of a broken limit make of it.
//!
//! `BLESS=1 cargo test -p stratum-trust-core --test gate_table` rewrites `gate_table.snap`. Not here: exact numbers
//! (`conformance.rs`).

#![cfg(test)]

use std::fmt::Write as _;

use chrono::TimeDelta;
use stratum_core::numeric::functions::nearest_count;
use stratum_core::signal::{Status, StatusMemory};
use stratum_core::trust::{
    Action, Approval, Enforcement, Evidence, Freeze, FreezeScope, LedgerView, Limit, LimitRule,
    Percent, Policy, Proposal, Proposer, ProposerKind, Reason, Review, Verdict, review,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, FreezeId, Missing, Money, Platform, ProposalId, Reading, Score,
    TenantId, Timestamp,
};

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn euros(amount: &str) -> Money {
    Money::parse(amount, "EUR").unwrap()
}

fn sample() -> Evidence {
    serde_json::from_str(include_str!("../conformance/samples/healthy.json")).unwrap()
}

fn campaign() -> CampaignId {
    CampaignId::new("winter").unwrap()
}

fn budget(before: Option<&str>, after: &str) -> Action {
    Action::SetDailyBudget {
        campaign: campaign(),
        before: before.map(euros),
        after: euros(after),
    }
}

const ACTIONS: [&str; 10] = [
    "raise budget a little, 100 to 101",
    "raise budget, 100 to 125",
    "double budget, 100 to 200",
    "lower budget, 100 to 50",
    "set budget, before unknown",
    "raise bid, 1.00 to 1.10",
    "lower bid, 1.10 to 1.00",
    "pause",
    "resume at 100",
    "launch at 100",
];

fn action(name: &str) -> Action {
    let bid = |before, after| Action::SetBid {
        campaign: campaign(),
        before: Some(euros(before)),
        after: euros(after),
    };
    match name {
        "raise budget a little, 100 to 101" => budget(Some("100.00"), "101.00"),
        "raise budget, 100 to 125" => budget(Some("100.00"), "125.00"),
        "double budget, 100 to 200" => budget(Some("100.00"), "200.00"),
        "lower budget, 100 to 50" => budget(Some("100.00"), "50.00"),
        "set budget, before unknown" => budget(None, "125.00"),
        "raise bid, 1.00 to 1.10" => bid("1.00", "1.10"),
        "lower bid, 1.10 to 1.00" => bid("1.10", "1.00"),
        "pause" => Action::Pause {
            campaign: campaign(),
            daily_budget: Some(euros("100.00")),
        },
        "resume at 100" => Action::Resume {
            campaign: campaign(),
            daily_budget: Some(euros("100.00")),
        },
        "launch at 100" => Action::Launch {
            campaign: campaign(),
            daily_budget: euros("100.00"),
        },
        other => panic!("no action {other}"),
    }
}

/// Evidence and memory for one band of health, with what the table says about it.
struct Band {
    name: &'static str,
    evidence: Evidence,
    memory: Option<StatusMemory>,
}

fn of_match_quality(share: f64) -> Evidence {
    let mut evidence = sample();
    let Reading::Measured(m) = &mut evidence.readings.match_quality else {
        panic!("measured")
    };
    m.value.events = 1_000_000;
    let keys = &mut m.value.keys;
    (keys.phone, keys.click_id, keys.external_id) = (0, 0, 0);
    (keys.browser_id, keys.ip_and_agent, keys.name_and_address) = (0, 0, 0);
    keys.email = nearest_count(share / 0.8 * 1_000_000.0);
    evidence
}

fn unmeasured(mut evidence: Evidence, everything: bool) -> Evidence {
    let why = Missing::NeverReceived;
    evidence.readings.token = Reading::Missing { why };
    evidence.readings.events = Reading::Missing { why };
    if everything {
        evidence.readings = stratum_core::signal::Readings::nothing();
    }
    evidence
}

fn unhealthy() -> Evidence {
    let mut evidence = of_match_quality(0.2);
    let Reading::Measured(token) = &mut evidence.readings.token else {
        panic!("measured")
    };
    token.value.valid = false;
    let Reading::Measured(events) = &mut evidence.readings.events else {
        panic!("measured")
    };
    (events.value.matched, events.value.independent) = (Some(0), Some(2188));
    evidence
}

/// Match quality and lag such that health is a little above the threshold.
fn just_enough() -> Evidence {
    let mut evidence = of_match_quality(0.5);
    let Reading::Measured(calls) = &mut evidence.readings.api_calls else {
        panic!("measured")
    };
    calls.value.latency_p95_ms = 4500;
    let Reading::Measured(feed) = &mut evidence.readings.feed else {
        panic!("measured")
    };
    feed.value.lag_seconds = 5 * 3600;
    evidence
}

/// Degraded by the weighted sum, with every floor kept.
fn degraded() -> Evidence {
    let mut evidence = just_enough();
    let Reading::Measured(calls) = &mut evidence.readings.api_calls else {
        panic!("measured")
    };
    calls.value.latency_p95_ms = 8000;
    evidence
}

fn bands() -> Vec<Band> {
    let band = |name, evidence| Band {
        name,
        evidence,
        memory: None,
    };
    let recovering = StatusMemory {
        status: Status::Degraded,
        since: now() - TimeDelta::days(1),
        better_since: Some(now() - TimeDelta::hours(1)),
    };
    vec![
        band("healthy, high", sample()),
        band("healthy, just enough", just_enough()),
        Band {
            name: "recovering",
            evidence: sample(),
            memory: Some(recovering),
        },
        band("degraded", degraded()),
        band("one component below its floor", of_match_quality(0.39)),
        band("low coverage", unmeasured(sample(), false)),
        band("nothing measured", unmeasured(sample(), true)),
        band("unhealthy", unhealthy()),
    ]
}

fn proposal(action: Action, kind: ProposerKind) -> Proposal {
    Proposal {
        id: ProposalId::new("p-1").unwrap(),
        tenant: TenantId::new("north").unwrap(),
        platform: Platform::Meta,
        account: AccountId::new("act_1").unwrap(),
        action,
        proposer: Proposer {
            kind,
            id: ActorId::new("proposer").unwrap(),
        },
        made_at: now(),
        expires_at: None,
    }
}

fn view(memory: Option<StatusMemory>) -> LedgerView {
    LedgerView {
        memory,
        ..LedgerView::empty(now() - TimeDelta::hours(12))
    }
}

fn freeze() -> Freeze {
    Freeze {
        id: FreezeId::new("f-1").unwrap(),
        scope: FreezeScope {
            platform: None,
            account: None,
            campaign: None,
        },
        by: ActorId::new("ana").unwrap(),
        at: now(),
        why: "looks wrong".into(),
    }
}

/// The verdict and the first reasons, as a cell.
fn cell(review: &Review) -> String {
    let verdict = match &review.verdict {
        Verdict::Pass(permit) if permit.basis() == stratum_core::trust::Basis::Manual => {
            "PASS by hand"
        }
        Verdict::Pass(_) => "PASS",
        Verdict::Hold(_) => "hold",
        Verdict::Block(_) => "BLOCK",
    };
    let said = |reason: &&Reason| !matches!(reason, Reason::ManualAction);
    let mut codes: Vec<&str> = Vec::new();
    for reason in review.reasons.iter().filter(said) {
        if !codes.contains(&reason.code()) {
            codes.push(reason.code());
        }
    }
    let more = codes.len().saturating_sub(3);
    codes.truncate(3);
    match (codes.is_empty(), more) {
        (true, _) => verdict.to_owned(),
        (false, 0) => format!("{verdict}: {}", codes.join(", ")),
        (false, more) => format!("{verdict}: {} +{more}", codes.join(", ")),
    }
}

const KINDS: [(&str, ProposerKind); 2] = [
    ("automation", ProposerKind::Rule),
    ("person", ProposerKind::Person),
];

fn first_table(out: &mut String, title: &str, policy: &Policy, frozen: bool) {
    writeln!(out, "\n{title}\n{}", "=".repeat(title.len())).unwrap();
    for band in bands() {
        let measured = review(
            proposal(action("pause"), ProposerKind::Rule),
            &band.evidence,
            policy,
            &view(band.memory),
            now(),
        );
        let health = measured.health;
        let score = health
            .score()
            .map_or("none".to_owned(), |s: Score| format!("{:.1}", s.value()));
        writeln!(
            out,
            "\n{}: status {}, score {score}, lower end {:.1}, coverage {:.0} %",
            band.name,
            health.status().as_str(),
            health.low().value(),
            health.coverage() * 100.0
        )
        .unwrap();
        writeln!(out, "  {:<34} {:<66} by a person", "", "by automation").unwrap();
        for name in ACTIONS {
            let [automation, person] = KINDS.map(|(_, kind)| {
                let mut view = view(band.memory);
                view.freezes.extend(frozen.then(freeze));
                let proposal = proposal(action(name), kind);
                cell(&review(proposal, &band.evidence, policy, &view, now()))
            });
            writeln!(out, "  {name:<34} {automation:<66} {person}").unwrap();
        }
    }
}

fn limits_table(out: &mut String) {
    let title = "A broken limit (10 % at most), by mode, on high health";
    writeln!(out, "\n{title}\n{}", "=".repeat(title.len())).unwrap();
    let modes = [
        ("advisory", Enforcement::Advisory),
        ("soft-block", Enforcement::SoftBlock),
        ("hard-block", Enforcement::HardBlock),
    ];
    for (mode_name, mode) in modes {
        writeln!(out, "\n{mode_name}").unwrap();
        let mut settings = Policy::baseline_2026_11().unwrap().settings().clone();
        let rule = LimitRule::IncreasePercent {
            at_most: Percent::parse("10").unwrap(),
        };
        settings.limits = vec![Limit { rule, mode }];
        let policy = Policy::new(settings).unwrap();
        for name in [
            "raise budget a little, 100 to 101",
            "raise budget, 100 to 125",
            "lower budget, 100 to 50",
            "pause",
        ] {
            for (who, kind) in KINDS {
                for (with, confirmed, frozen) in [
                    ("", false, false),
                    ("confirmed", true, false),
                    ("confirmed, frozen", true, true),
                ] {
                    let proposal = proposal(action(name), kind);
                    let mut view = view(None);
                    if confirmed {
                        let by = ActorId::new("second-person").unwrap();
                        view.approvals
                            .push(Approval::give(&proposal, by, &policy, now()).unwrap());
                    }
                    view.freezes.extend(frozen.then(freeze));
                    let review = review(proposal, &sample(), &policy, &view, now());
                    writeln!(out, "  {name:<34} {who:<11} {with:<18} {}", cell(&review)).unwrap();
                }
            }
        }
    }
}

fn table() -> String {
    let baseline = Policy::baseline_2026_11().unwrap();
    let mut settings = baseline.settings().clone();
    settings.protective.allowed = true;
    let protective = Policy::new(settings).unwrap();
    let mut out = String::from(
        "What the gate says. PASS: automation may act; PASS by hand: a person acts, recorded as such; hold: alert only;\n\
         BLOCK: a person must act. After the colon the kinds of reasons in their order, three at most.\n",
    );
    first_table(&mut out, "Baseline of November 2026", &baseline, false);
    first_table(&mut out, "Baseline, everything frozen", &baseline, true);
    first_table(
        &mut out,
        "With protection allowed while degraded",
        &protective,
        false,
    );
    limits_table(&mut out);
    out
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever blesses says so in the environment"
)]
fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

#[test]
fn the_gate_says_what_the_table_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gate_table.snap");
    let table = table();
    if blessing() {
        std::fs::write(&path, &table).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    for (number, (now, then)) in table.lines().zip(kept.lines()).enumerate() {
        assert_eq!(now, then, "line {} of gate_table.snap", number + 1);
    }
    assert_eq!(table.lines().count(), kept.lines().count());
}
