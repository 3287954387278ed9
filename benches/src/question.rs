//! What are the other engines asked? The same decision as flat values: health and what limits read, already worked out.
//!
//! They get what they have no arithmetic for (the health required, how many changes there were today, what the budget was a
//! week ago, whether a confirmation counts), so they are asked for less than our gate does in the time we compare.

use stratum_core::signal::Health;
use stratum_core::trust::{Direction, Exposure, Policy, ProposerKind};
use stratum_core::vocabulary::{Money, Timestamp, seconds_between};

use crate::cases::Case;

/// Millionths of a point: the engines compare whole numbers.
const PER_POINT: f64 = 1_000_000.0;
const ROLLING_WINDOW_SECONDS: f64 = 604_800.0;
/// Longer ago than any cool-down.
const LONG_AGO_SECONDS: i64 = 1_000_000_000;

/// One component of health.
#[derive(Debug, Clone)]
pub struct AskedComponent {
    /// Its lower end, in millionths.
    pub low: i64,
    /// Its floor, in millionths.
    pub floor: i64,
}

/// The flat form of one decision. Amounts are in cents.
#[derive(Debug, Clone)]
pub struct Question {
    /// Tenant, platform and account of the proposal.
    pub scope: [String; 3],
    /// Tenant, platform and account of the evidence.
    pub evidence_scope: [String; 3],
    /// Who proposes: rule, model, agent or person.
    pub proposer: &'static str,
    /// The amount before, if known.
    pub before: Option<i64>,
    /// The amount after.
    pub after: i64,
    /// The currencies before and after.
    pub currencies: [String; 2],
    /// Seconds since 1970.
    pub now: i64,
    /// The moment health was computed for.
    pub health_at: i64,
    /// When the proposal expires, if it does.
    pub expires_at: Option<i64>,
    /// The status with memory.
    pub status: &'static str,
    /// The score in millionths, if anything was measured.
    pub score: Option<i64>,
    /// The lower end in millionths.
    pub low: i64,
    /// The coverage in millionths.
    pub coverage: i64,
    /// The five components.
    pub components: Vec<AskedComponent>,
    /// The lower end required for this exposure, in millionths.
    pub required: i64,
    /// What is frozen, as texts such as `account:act_1`.
    pub frozen: Vec<String>,
    /// The scopes a freeze of which stops this proposal.
    pub freezable: Vec<String>,
    /// Applied changes of the campaign in the account's day.
    pub changes_today: i64,
    /// Seconds since the last applied change of the campaign.
    pub seconds_since_change: i64,
    /// The daily budget when the rolling window began.
    pub budget_at_window_start: i64,
    /// Whether a second person's confirmation counts.
    pub confirmed: bool,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores lie between 0 and 100; the cast saturates"
)]
fn millionths(points: f64) -> i64 {
    (points * PER_POINT) as i64
}

fn cents(money: Option<Money>) -> Option<i64> {
    let hundred = i128::from(100_u8);
    let money = money?;
    let scale = 10_i128.checked_pow(money.amount().scale())?;
    i64::try_from(money.amount().mantissa().checked_mul(hundred)? / scale).ok()
}

const fn proposer(kind: ProposerKind) -> &'static str {
    match kind {
        ProposerKind::Rule => "rule",
        ProposerKind::Model => "model",
        ProposerKind::Agent => "agent",
        ProposerKind::Person => "person",
    }
}

impl Question {
    /// Flattens a case whose health is already computed.
    #[must_use]
    pub fn of(case: &Case, health: &Health, policy: &Policy, now: Timestamp) -> Self {
        let (proposal, settings) = (&case.proposal, policy.settings());
        let action = &proposal.action;
        let currency = |money: Option<Money>| {
            money.map_or_else(String::new, |m| m.currency().as_str().to_owned())
        };
        let before = cents(action.before());
        let scope = &case.evidence.scope;
        let past = Past::of(case, now);
        Self {
            scope: [
                proposal.tenant.to_string(),
                proposal.platform.to_string(),
                proposal.account.to_string(),
            ],
            evidence_scope: [
                scope.tenant.to_string(),
                scope.platform.to_string(),
                scope.account.to_string(),
            ],
            proposer: proposer(proposal.proposer.kind),
            before,
            after: cents(action.after()).unwrap_or(0),
            currencies: [currency(action.before()), currency(action.after())],
            now: now.timestamp(),
            health_at: health.at().timestamp(),
            expires_at: proposal.expires_at.map(|at| at.timestamp()),
            status: health.status().as_str(),
            score: health.score().map(|score| millionths(score.value())),
            low: millionths(health.low().value()),
            coverage: millionths(health.coverage()),
            components: health
                .components()
                .iter()
                .map(|c| AskedComponent {
                    low: millionths(c.bounds.low.value()),
                    floor: millionths(c.floor),
                })
                .collect(),
            required: millionths(
                Exposure::of(action)
                    .required(settings.health.healthy, &settings.exposure)
                    .value(),
            ),
            frozen: past.frozen,
            freezable: vec![
                "tenant".to_owned(),
                format!("platform:{}", proposal.platform),
                format!("account:{}", proposal.account),
                format!("campaign:{}", action.campaign()),
            ],
            changes_today: past.changes_today,
            seconds_since_change: past.seconds_since_change,
            budget_at_window_start: past.budget_at_window_start.or(before).unwrap_or(0),
            confirmed: past.confirmed,
        }
    }
}

/// What the ledger says, worked out.
struct Past {
    frozen: Vec<String>,
    changes_today: i64,
    seconds_since_change: i64,
    budget_at_window_start: Option<i64>,
    confirmed: bool,
}

impl Past {
    fn of(case: &Case, now: Timestamp) -> Self {
        let (proposal, view) = (&case.proposal, &case.view);
        let own = || {
            view.applied
                .iter()
                .filter(|c| c.campaign == *proposal.action.campaign())
                .filter(|c| c.account == proposal.account && c.direction == Direction::Increase)
        };
        let today = own().filter(|c| c.at >= view.account_day_began).count();
        Self {
            frozen: view
                .freezes
                .iter()
                .map(|freeze| match &freeze.scope.account {
                    Some(account) => format!("account:{account}"),
                    None => "tenant".to_owned(),
                })
                .collect(),
            changes_today: i64::try_from(today).unwrap_or(i64::MAX),
            seconds_since_change: own()
                .map(|c| now.timestamp() - c.at.timestamp())
                .min()
                .unwrap_or(LONG_AGO_SECONDS),
            budget_at_window_start: own()
                .filter(|c| seconds_between(c.at, now) <= ROLLING_WINDOW_SECONDS)
                .min_by_key(|c| c.at)
                .and_then(|c| cents(c.before)),
            confirmed: view
                .approvals
                .iter()
                .any(|a| a.accept(proposal, &view.spent_approvals, now).is_ok()),
        }
    }
}
