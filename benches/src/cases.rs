//! Which decisions are measured? Proposals with their evidence and ledger view, each with the verdict it must get.
//!
//! One account with a past: six applied changes, two of them of the campaign in question.

use stratum_core::signal::{Status, StatusMemory};
use stratum_core::trust::{
    Action, AppliedChange, Approval, Direction, Evidence, Freeze, FreezeScope, LedgerView, Policy,
    Proposal, Proposer, ProposerKind,
};
use stratum_core::vocabulary::{
    AccountId, ActorId, CampaignId, FreezeId, Money, Platform, ProposalId, Reading, TenantId,
    Timestamp,
};
use stratum_core::wire::VerdictKind;

use crate::SetUpError;

const HEALTHY: &str = include_str!("../../stratum-core/conformance/samples/healthy.json");

/// One decision to be measured.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// What is proposed.
    pub proposal: Proposal,
    /// What is known.
    pub evidence: Evidence,
    /// What the ledger says.
    pub view: LedgerView,
    /// The verdict it must get.
    pub verdict: VerdictKind,
}

/// The moment every case is judged at.
///
/// # Errors
/// None in practice: the text is a time.
pub fn now() -> Result<Timestamp, SetUpError> {
    Ok("2026-11-25T12:00:00Z".parse()?)
}

/// A raise of a fifth under good signals, from an account with a past: the case the limits in time are about.
///
/// # Errors
/// When the sample does not read.
pub fn pass() -> Result<Case, SetUpError> {
    Ok(Case {
        name: "pass",
        proposal: raise("120.00", "144.00")?,
        evidence: serde_json::from_str(HEALTHY)?,
        view: view()?,
        verdict: VerdictKind::Pass,
    })
}

/// The same with a match quality of about 36: below its floor, while everything else is good.
///
/// # Errors
/// When the sample does not read.
pub fn hold() -> Result<Case, SetUpError> {
    let mut case = Case {
        name: "hold: match quality is low",
        verdict: VerdictKind::Hold,
        ..pass()?
    };
    if let Reading::Measured(measured) = &mut case.evidence.readings.match_quality {
        let keys = &mut measured.value.keys;
        (keys.email, keys.phone, keys.click_id) = (60, 40, 30);
        (keys.external_id, keys.browser_id, keys.name_and_address) = (60, 100, 20);
    }
    Ok(case)
}

/// The same with signals that are measured and bad nearly everywhere.
///
/// # Errors
/// When the sample does not read.
pub fn block() -> Result<Case, SetUpError> {
    let mut case = Case {
        name: "block: signals are bad",
        verdict: VerdictKind::Block,
        ..hold()?
    };
    let readings = &mut case.evidence.readings;
    if let Reading::Measured(measured) = &mut readings.match_quality {
        (measured.value.keys.ip_and_agent, measured.value.keys.email) = (90, 50);
    }
    if let Reading::Measured(measured) = &mut readings.events {
        measured.value.matched = Some(40);
        measured.value.server = Some(300);
    }
    if let Reading::Measured(measured) = &mut readings.token {
        measured.value.valid = false;
    }
    Ok(case)
}

/// Every case: the three that are timed and the rest of the rules, one by one.
///
/// # Errors
/// When a sample does not read.
pub fn all() -> Result<Vec<Case>, SetUpError> {
    let mut cases = vec![pass()?, hold()?, block()?];
    cases.extend(about_the_proposal()?);
    cases.extend(about_health()?);
    cases.extend(about_limits()?);
    Ok(cases)
}

fn about_the_proposal() -> Result<Vec<Case>, SetUpError> {
    let now = now()?;
    let variant = |name, verdict| -> Result<Case, SetUpError> {
        Ok(Case {
            name,
            verdict,
            ..pass()?
        })
    };
    let mut expired = variant("hold: the proposal has expired", VerdictKind::Hold)?;
    expired.proposal.expires_at = Some(now);
    let mut incomplete = variant("block: the amount before is unknown", VerdictKind::Block)?;
    incomplete.proposal.action = Action::SetDailyBudget {
        campaign: CampaignId::new("winter")?,
        before: None,
        after: Money::parse("144.00", "EUR")?,
    };
    let mut mixed = variant("block: two currencies", VerdictKind::Block)?;
    mixed.proposal.action = Action::SetDailyBudget {
        campaign: CampaignId::new("winter")?,
        before: Some(Money::parse("120.00", "USD")?),
        after: Money::parse("144.00", "EUR")?,
    };
    let mut elsewhere = variant(
        "hold: the evidence is of another account",
        VerdictKind::Hold,
    )?;
    elsewhere.evidence.scope.account = AccountId::new("act_2")?;
    let mut frozen = variant("block: the account is frozen", VerdictKind::Block)?;
    frozen.view.freezes.push(freeze(Some("act_1"))?);
    let mut frozen_elsewhere = variant("pass: another account is frozen", VerdictKind::Pass)?;
    frozen_elsewhere.view.freezes.push(freeze(Some("act_2"))?);
    let mut cut = variant("pass: a cut while frozen", VerdictKind::Pass)?;
    cut.proposal = raise("144.00", "120.00")?;
    cut.view.freezes.push(freeze(None)?);
    Ok(vec![
        expired,
        incomplete,
        mixed,
        elsewhere,
        frozen,
        frozen_elsewhere,
        cut,
    ])
}

fn about_health() -> Result<Vec<Case>, SetUpError> {
    let now = now()?;
    let mut unmeasured = Case {
        name: "hold: events are not measured",
        verdict: VerdictKind::Hold,
        ..pass()?
    };
    unmeasured.evidence.readings.events = Reading::not_supplied();
    let mut by_hand = Case {
        name: "pass: a person raises although health is low",
        verdict: VerdictKind::Pass,
        ..hold()?
    };
    by_hand.proposal.proposer.kind = ProposerKind::Person;
    let mut recovering = Case {
        name: "hold: recovering",
        verdict: VerdictKind::Hold,
        ..pass()?
    };
    recovering.view.memory = Some(StatusMemory {
        status: Status::Degraded,
        since: now - chrono::TimeDelta::hours(5),
        better_since: Some(now - chrono::TimeDelta::minutes(30)),
    });
    let mut launch = Case {
        name: "hold: a launch is too large for this health",
        verdict: VerdictKind::Hold,
        ..pass()?
    };
    launch.proposal.action = Action::Launch {
        campaign: CampaignId::new("spring")?,
        daily_budget: Money::parse("144.00", "EUR")?,
    };
    if let Reading::Measured(measured) = &mut launch.evidence.readings.match_quality {
        measured.value.keys.email = 300;
        measured.value.keys.click_id = 200;
    }
    Ok(vec![unmeasured, by_hand, recovering, launch])
}

fn about_limits() -> Result<Vec<Case>, SetUpError> {
    let now = now()?;
    let variant = |name, verdict| -> Result<Case, SetUpError> {
        Ok(Case {
            name,
            verdict,
            ..pass()?
        })
    };
    let mut steep = variant("hold: more than 30 percent", VerdictKind::Hold)?;
    steep.proposal = raise("120.00", "180.00")?;
    let mut soon = variant("hold: two hours after the last change", VerdictKind::Hold)?;
    soon.view
        .applied
        .push(change("winter", 2, "110.00", "120.00")?);
    let mut often = variant("hold: the fourth change of the day", VerdictKind::Hold)?;
    for hours in [5, 7, 9] {
        often
            .view
            .applied
            .push(change("winter", hours, "119.00", "120.00")?);
    }
    let mut doubled = variant("hold: more than doubled within a week", VerdictKind::Hold)?;
    doubled
        .view
        .applied
        .push(change("winter", 150, "60.00", "100.00")?);
    let mut confirmed = Case {
        name: "pass: a second person confirmed",
        verdict: VerdictKind::Pass,
        ..steep.clone()
    };
    let policy = Policy::baseline_2026_11()?;
    let by = ActorId::new("ben")?;
    let given = now - chrono::TimeDelta::minutes(10);
    confirmed
        .view
        .approvals
        .push(Approval::give(&confirmed.proposal, by, &policy, given)?);
    Ok(vec![steep, soon, often, doubled, confirmed])
}

fn raise(before: &str, after: &str) -> Result<Proposal, SetUpError> {
    Ok(Proposal {
        id: ProposalId::new("p-2026-11-25-0001")?,
        tenant: TenantId::new("north")?,
        platform: Platform::Meta,
        account: AccountId::new("act_1")?,
        action: Action::SetDailyBudget {
            campaign: CampaignId::new("winter")?,
            before: Some(Money::parse(before, "EUR")?),
            after: Money::parse(after, "EUR")?,
        },
        proposer: Proposer {
            kind: ProposerKind::Rule,
            id: ActorId::new("scale-winners")?,
        },
        made_at: now()?,
        expires_at: None,
    })
}

fn change(
    campaign: &str,
    hours_ago: i64,
    before: &str,
    after: &str,
) -> Result<AppliedChange, SetUpError> {
    Ok(AppliedChange {
        at: now()? - chrono::TimeDelta::hours(hours_ago),
        account: AccountId::new("act_1")?,
        campaign: CampaignId::new(campaign)?,
        direction: Direction::Increase,
        before: Some(Money::parse(before, "EUR")?),
        after: Some(Money::parse(after, "EUR")?),
        by_automation: true,
    })
}

fn view() -> Result<LedgerView, SetUpError> {
    let mut view = LedgerView::empty("2026-11-24T23:00:00Z".parse()?);
    view.applied = vec![
        change("summer", 140, "80.00", "96.00")?,
        change("winter", 100, "90.00", "105.00")?,
        change("brand", 60, "40.00", "50.00")?,
        change("winter", 30, "105.00", "120.00")?,
        change("brand", 11, "50.00", "60.00")?,
        change("summer", 6, "96.00", "110.00")?,
    ];
    view.memory = Some(StatusMemory {
        status: Status::Healthy,
        since: now()? - chrono::TimeDelta::hours(90),
        better_since: None,
    });
    Ok(view)
}

fn freeze(account: Option<&str>) -> Result<Freeze, SetUpError> {
    Ok(Freeze {
        id: FreezeId::new("f-1")?,
        scope: FreezeScope {
            platform: None,
            account: account.map(AccountId::new).transpose()?,
            campaign: None,
        },
        by: ActorId::new("ana")?,
        at: now()?,
        why: "the checkout page was changed".to_owned(),
    })
}
