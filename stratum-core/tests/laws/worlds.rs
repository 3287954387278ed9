//! Which worlds are the laws tried on? Evidence that starts out sound and gets a few flaws, with policies, ledgers and
//! proposals around it, so that all three verdicts are reached often.
//!
//! Not here: what must hold in them.

use chrono::TimeDelta;
use proptest::prelude::*;
use stratum_core::signal::{
    ApiCalls, DeliveryScan, EventCounts, Feed, KeyCounts, MatchCounts, MeasurementPlan,
    PlatformState, Readings, RecordCounts, Revenue, Status, StatusMemory, Token,
};
use stratum_core::trust::{
    Action, Approval, Enforcement, Evidence, Freeze, FreezeScope, LedgerView, Limit, LimitRule,
    Percent, Performance, Policy, PolicySettings, Proposal, Proposer, ProposerKind, Rate, Scope,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, FreezeId, Measured, Missing, Money, Platform, ProposalId,
    Reading, Source, TenantId, Timestamp,
};

use crate::flaws::{Flaw, flaw};

/// Everything one review looks at.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) proposal: Proposal,
    pub(crate) evidence: Evidence,
    pub(crate) policy: Policy,
    pub(crate) view: LedgerView,
    pub(crate) now: Timestamp,
}

pub(crate) fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

pub(crate) fn seconds_ago(seconds: i64) -> Timestamp {
    now() - TimeDelta::seconds(seconds)
}

pub(crate) fn euros(amount: &str) -> Money {
    Money::parse(amount, "EUR").unwrap()
}

pub(crate) fn cents(amount: i64) -> Money {
    Money::new(
        rust_decimal::Decimal::new(amount, 2),
        "EUR".parse().unwrap(),
    )
    .unwrap()
}

pub(crate) fn measured<T>(value: T, observations: u64, at: Timestamp) -> Reading<T> {
    Reading::Measured(Measured {
        value,
        at,
        window_seconds: 86_400,
        observations,
        source: Source::Events,
    })
}

/// Readings in good order: `n` orders, everything fresh.
#[expect(clippy::too_many_lines, reason = "one entry per reading")]
pub(crate) fn sound_readings(n: u64, at: Timestamp) -> Readings {
    let part = |percent: u64| n / 100 * percent;
    let keys = KeyCounts {
        email: part(96),
        phone: part(80),
        click_id: part(75),
        external_id: part(90),
        browser_id: part(80),
        ip_and_agent: n,
        name_and_address: part(60),
    };
    Readings {
        match_quality: measured(
            MatchCounts {
                events: n,
                keys,
                confirmed: Some(part(97)),
                platform_score: Some(8.0),
            },
            n,
            at,
        ),
        api_calls: measured(
            ApiCalls {
                calls: n,
                failed_auth: 0,
                failed_throttled: 0,
                failed_server: n / 1000,
                failed_client: 0,
                latency_p95_ms: 400,
                throttle_headroom: Some(0.8),
            },
            n,
            at,
        ),
        token: measured(
            Token {
                valid: true,
                expires_at: None,
                renews: false,
            },
            1,
            at,
        ),
        events: measured(
            EventCounts {
                browser: Some(part(90)),
                server: Some(part(99)),
                matched: Some(part(89)),
                independent: Some(n),
            },
            n,
            at,
        ),
        platform: measured(
            PlatformState {
                minor_incidents: 0,
                major_incidents: 0,
                changes_requested: 20,
                changes_rejected: 0,
                api_sunset_at: None,
                learning_share: 0.05,
            },
            20,
            at,
        ),
        delivery: measured(
            DeliveryScan {
                points: n,
                anomalous: n / 200,
                farthest: 2.5,
            },
            n,
            at,
        ),
        records: measured(
            RecordCounts {
                records: n,
                schema_violations: n / 500,
                duplicates: n / 500,
                late: n / 100,
                future: 0,
                empty_values: n / 500,
            },
            n,
            at,
        ),
        feed: measured(
            Feed {
                lag_seconds: 3600,
                flat_hours: 0,
            },
            24,
            at,
        ),
        revenue: measured(
            Revenue {
                platform: 79.0 * n as f64,
                independent: 80.0 * n as f64,
                independent_squares: 8000.0 * n as f64,
            },
            n,
            at,
        ),
    }
}

pub(crate) fn sound_evidence(n: u64, at: Timestamp) -> Evidence {
    Evidence {
        scope: Scope {
            tenant: TenantId::new("north").unwrap(),
            platform: Platform::Meta,
            account: AccountId::new("act_1").unwrap(),
            conversion_event: None,
        },
        plan: MeasurementPlan {
            browser_events: true,
            server_events: true,
            independent_orders: true,
            match_confirmation: true,
            throttle_headroom: true,
        },
        readings: sound_readings(n, at),
        performance: measured(
            Performance {
                spend_today: euros("61.20"),
                spend: euros("840.00"),
                revenue: euros("2730.00"),
            },
            168,
            at,
        ),
    }
}

pub(crate) fn evidence() -> impl Strategy<Value = Evidence> {
    let plan = (
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.85),
        any::<bool>(),
        any::<bool>(),
    );
    let flaws = prop_oneof![
        4 => Just(Vec::new()),
        6 => prop::collection::vec(flaw(), 1..4),
    ];
    (
        plan,
        prop::sample::select(vec![300_u64, 4_000, 90_000]),
        0_i64..7000,
        flaws,
    )
        .prop_map(|(plan, n, age, flaws)| {
            let mut evidence = sound_evidence(n, seconds_ago(age));
            let (browser_events, server_events, independent_orders, confirmation, headroom) = plan;
            evidence.plan = MeasurementPlan {
                browser_events,
                server_events,
                independent_orders,
                match_confirmation: confirmation,
                throttle_headroom: headroom,
            };
            for flaw in flaws {
                flaw.spoil(&mut evidence);
            }
            evidence
        })
}

/// One of the flaws that are plainly a worse reading of the same kind.
pub(crate) fn worsening() -> impl Strategy<Value = Flaw> {
    flaw().prop_filter("plainly worse", Flaw::is_plainly_worse)
}

fn amount() -> impl Strategy<Value = Money> {
    (100_i64..50_000).prop_map(cents)
}

fn campaign() -> CampaignId {
    CampaignId::new("winter").unwrap()
}

/// An action that increases exposure, or cannot be told not to.
pub(crate) fn increase() -> impl Strategy<Value = Action> {
    let raise = |percent: i64, before: Money| {
        let after = before.amount() * rust_decimal::Decimal::new(100 + percent, 2);
        Money::rounded(after, before.currency()).unwrap()
    };
    prop_oneof![
        8 => (amount(), prop_oneof![1_i64..35, 35_i64..300]).prop_map(move |(before, percent)| {
            Action::SetDailyBudget { campaign: campaign(), before: Some(before), after: raise(percent, before) }
        }),
        2 => (amount(), 1_i64..60).prop_map(move |(before, percent)| Action::SetBid {
            campaign: campaign(), before: Some(before), after: raise(percent, before),
        }),
        1 => prop::option::weighted(0.8, amount())
            .prop_map(|daily_budget| Action::Resume { campaign: campaign(), daily_budget }),
        1 => amount().prop_map(|daily_budget| Action::Launch { campaign: campaign(), daily_budget }),
    ]
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => increase(),
        3 => (amount(), 1_i64..100).prop_map(|(before, percent)| {
            let after = before.amount() * rust_decimal::Decimal::new(percent, 2);
            let after = Money::rounded(after, before.currency()).unwrap();
            Action::SetDailyBudget { campaign: campaign(), before: Some(before), after }
        }),
        1 => prop::option::of(amount())
            .prop_map(|daily_budget| Action::Pause { campaign: campaign(), daily_budget }),
        1 => prop_oneof![Just(None), Just(Some(euros("-5.00"))), Just(Some(Money::parse("90", "USD").unwrap()))]
            .prop_map(|before| Action::SetDailyBudget { campaign: campaign(), before, after: euros("50.00") }),
    ]
}

pub(crate) fn proposal_of(action: Action, kind: ProposerKind) -> Proposal {
    Proposal {
        id: ProposalId::new("p-1").unwrap(),
        tenant: TenantId::new("north").unwrap(),
        platform: Platform::Meta,
        account: AccountId::new("act_1").unwrap(),
        action,
        proposer: Proposer {
            kind,
            id: ActorId::new("scale-winners").unwrap(),
        },
        made_at: now(),
        expires_at: None,
    }
}

pub(crate) fn proposal() -> impl Strategy<Value = Proposal> {
    let kind = prop_oneof![
        3 => Just(ProposerKind::Rule),
        1 => Just(ProposerKind::Model),
        1 => Just(ProposerKind::Agent),
        2 => Just(ProposerKind::Person),
    ];
    let expires =
        prop_oneof![9 => Just(None), 2 => (-500_i64..500).prop_map(|s| Some(seconds_ago(s)))];
    let account = prop_oneof![12 => Just("act_1"), 1 => Just("act_2")];
    (action(), kind, expires, account).prop_map(|(action, kind, expires_at, account)| {
        let account = AccountId::new(account).unwrap();
        Proposal {
            expires_at,
            account,
            ..proposal_of(action, kind)
        }
    })
}

fn limit() -> impl Strategy<Value = Limit> {
    let percent = prop::sample::select(vec!["0", "10", "30", "100", "12.5"])
        .prop_map(|text| Percent::parse(text).unwrap());
    let money = prop_oneof![
        6 => prop::sample::select(vec!["0.00", "20.00", "300.00", "5000.00"]).prop_map(euros),
        1 => Just(Money::parse("400", "USD").unwrap()),
    ];
    let mode = prop::sample::select(vec![
        Enforcement::Advisory,
        Enforcement::SoftBlock,
        Enforcement::HardBlock,
    ]);
    let rule = prop_oneof![
        percent
            .clone()
            .prop_map(|at_most| LimitRule::IncreasePercent { at_most }),
        money
            .clone()
            .prop_map(|at_most| LimitRule::IncreaseAmount { at_most }),
        money
            .clone()
            .prop_map(|at_most| LimitRule::CampaignDailyBudget { at_most }),
        (0_u32..4).prop_map(|at_most| LimitRule::ChangesPerDay { at_most }),
        (0_u32..20_000).prop_map(|seconds| LimitRule::Cooldown { seconds }),
        (60_u32..700_000, percent.clone()).prop_map(|(within_seconds, at_most)| {
            LimitRule::RollingIncreasePercent {
                within_seconds,
                at_most,
            }
        }),
        percent.prop_map(|at_most| LimitRule::CumulativeIncreasePercent { at_most }),
        money
            .clone()
            .prop_map(|at_most| LimitRule::AccountDailyIncrease { at_most }),
        (60_u32..700_000, money.clone()).prop_map(|(within_seconds, at_most)| {
            LimitRule::PortfolioIncrease {
                within_seconds,
                at_most,
            }
        }),
        money.prop_map(|at_most| LimitRule::SpendToday { at_most }),
        (0_i64..60).prop_map(|tenths| LimitRule::MinimumReturn {
            at_least: rust_decimal::Decimal::new(tenths, 1),
        }),
    ];
    (rule, mode).prop_map(|(rule, mode)| Limit { rule, mode })
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    let baseline = || Policy::baseline_2026_11().unwrap().settings().clone();
    let own = (
        prop::sample::select(vec![55.0, 70.0, 80.0]),
        prop::sample::select(vec![0.0, 40.0, 60.0]),
        prop::sample::select(vec![0.0, 0.8, 1.0]),
        (
            prop::bool::weighted(0.6),
            0_u32..4,
            prop::sample::select(vec![60_u32, 86_400]),
        ),
        (
            prop::sample::select(vec![0.0, 2.0, 5.0]),
            prop::sample::select(vec![0.0, 7200.0]),
        ),
        prop::collection::vec(limit(), 0..4),
    )
        .prop_map(
            move |(healthy, floor, coverage, protective, recovery, limits)| {
                let mut settings: PolicySettings = baseline();
                settings.health.healthy = healthy;
                settings.health.floors.match_quality = floor;
                settings.health.floors.platform_stability = floor / 2.0;
                settings.health.minimum_coverage = coverage;
                (
                    settings.health.recovery.margin,
                    settings.health.recovery.dwell_seconds,
                ) = recovery;
                let (allowed, at_most, within_seconds) = protective;
                settings.protective.allowed = allowed;
                settings.protective.at_most = at_most;
                settings.protective.within_seconds = within_seconds;
                settings.limits = limits;
                Policy::new(settings).unwrap()
            },
        );
    prop_oneof![2 => Just(Policy::baseline_2026_11().unwrap()), 3 => own]
}

fn memory() -> impl Strategy<Value = Option<StatusMemory>> {
    let status = prop::sample::select(vec![Status::Healthy, Status::Degraded, Status::Unhealthy]);
    prop::option::of(
        (status, prop::option::of(0_i64..9000)).prop_map(|(status, better)| StatusMemory {
            status,
            since: seconds_ago(10_000),
            better_since: better
                .map(seconds_ago)
                .filter(|_| status != Status::Healthy),
        }),
    )
}

pub(crate) fn freeze() -> impl Strategy<Value = Freeze> {
    let scope = (
        prop::option::weighted(
            0.3,
            prop::sample::select(vec![Platform::Meta, Platform::Google]),
        ),
        prop::option::weighted(0.5, prop::sample::select(vec!["act_1", "act_2"])),
        prop::option::weighted(0.4, prop::sample::select(vec!["winter", "summer"])),
    );
    (scope, 0_u32..3).prop_map(|((platform, account, campaign), id)| Freeze {
        id: FreezeId::new(&format!("f-{id}")).unwrap(),
        scope: FreezeScope {
            platform,
            account: account.map(|a| AccountId::new(a).unwrap()),
            campaign: campaign.map(|c| CampaignId::new(c).unwrap()),
        },
        by: ActorId::new("ana").unwrap(),
        at: seconds_ago(60),
        why: "looks wrong".into(),
    })
}

/// Approvals of this proposal and of none, given by several people at several times.
fn approvals(proposal: &Proposal) -> impl Strategy<Value = Vec<Approval>> + use<> {
    let proposal = proposal.clone();
    let by = prop::sample::select(vec!["ben", "cleo", "scale-winners"]);
    let one = (by, 0_i64..5000, any::<bool>()).prop_map(move |(by, ago, same)| Approval {
        proposal: if same {
            proposal.digest()
        } else {
            stratum_core::vocabulary::Digest::ZERO
        },
        by: ActorId::new(by).unwrap(),
        at: seconds_ago(ago),
        expires_at: seconds_ago(ago - 3600),
    });
    prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(one, 1..4)]
}

fn view(proposal: &Proposal) -> impl Strategy<Value = LedgerView> + use<> {
    (
        prop::collection::vec(crate::changes::applied(), 0..4),
        prop::collection::vec(crate::changes::baseline(), 0..3),
        prop_oneof![5 => Just(Vec::new()), 1 => prop::collection::vec(freeze(), 1..3)],
        approvals(proposal),
        prop::collection::vec(crate::changes::rate(), 0..3),
        memory(),
    )
        .prop_map(
            |(applied, baselines, freezes, approvals, rates, memory): (
                _,
                _,
                _,
                _,
                Vec<Rate>,
                _,
            )| {
                LedgerView {
                    applied,
                    baselines,
                    freezes,
                    approvals,
                    rates,
                    memory,
                    ..LedgerView::empty(seconds_ago(12 * 3600))
                }
            },
        )
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    (proposal(), evidence(), policy())
        .prop_flat_map(|(proposal, evidence, policy)| {
            let view = view(&proposal);
            (Just(proposal), Just(evidence), Just(policy), view)
        })
        .prop_map(|(proposal, evidence, policy, view)| World {
            proposal,
            evidence,
            policy,
            view,
            now: now(),
        })
}

/// A reading that nobody measured.
pub(crate) fn missing<T>(reading: &mut Reading<T>) {
    *reading = Reading::Missing {
        why: Missing::NeverReceived,
    };
}
