//! Would a wrong number be noticed? Changes the numbers of the baseline one at a time and looks for a vector that differs.
//!
//! Not here: lives of permits and approvals, which no answer shows (`laws.rs` looks at them), and the numbers of protection,
//! which is off in the baseline.

use serde_json::{Value, json};
use stratum_core::signal::Health;
use stratum_core::trust::{LedgerView, Policy, review};
use stratum_core::wire::{HealthAnswer, HealthCall, ReviewAnswer, ReviewCall};

use crate::case::{Case, expanded};

/// Numbers that no answer under the baseline shows.
const UNSEEN: [&str; 3] = ["permit_seconds", "approval_seconds", "protective"];
/// Sums to 100, so two change together.
const WEIGHTS: &str = "/health/weights";

/// A vector under the baseline, read once.
struct Prepared {
    /// The id in the spelling of measures, to try the likely ones first.
    id: String,
    pointers: Vec<String>,
    call: Call,
    before: String,
}

enum Call {
    Health(Box<HealthCall>),
    Review(Box<ReviewCall>),
}

/// The pointers to all numbers below.
fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                numbers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                if !UNSEEN.contains(&key.as_str()) {
                    numbers(field, &format!("{at}/{key}"), found);
                }
            }
        }
        Value::String(text) if text.parse::<f64>().is_ok() => found.push(at.to_owned()),
        _ => {}
    }
}

/// The policy with one number moved a little; none when that is no policy.
fn moved(baseline: &Value, at: &str, up: bool) -> Option<Policy> {
    let mut settings = baseline.clone();
    let by = if up { 1.0 } else { -1.0 };
    let number = settings.pointer_mut(at)?;
    *number = match number.clone() {
        Value::String(text) => json!(format!("{}", text.parse::<f64>().ok()? + by)),
        Value::Number(n) if n.is_u64() => {
            json!(n.as_u64()?.checked_add_signed(if up { 1 } else { -1 })?)
        }
        Value::Number(n) => json!(n.as_f64()? + by * if n.as_f64()? > 20.0 { 1.0 } else { 0.01 }),
        other => other,
    };
    if let Some(weight) = at.strip_prefix(WEIGHTS) {
        let other = if weight == "/match_quality" {
            "api_health"
        } else {
            "match_quality"
        };
        let was = baseline.pointer(at)?.as_f64()?;
        let step = settings.pointer(at)?.as_f64()? - was;
        let number = settings.pointer_mut(&format!("{WEIGHTS}/{other}"))?;
        *number = json!(number.as_f64()? - step);
    }
    Policy::new(serde_json::from_value(settings).ok()?).ok()
}

/// The answer, without what changes with every digit of a policy.
fn heard(call: &Call, pointers: &[String], policy: &Policy) -> String {
    let answer = match call {
        Call::Health(call) => {
            let (evidence, settings) = (&call.evidence, &policy.settings().health);
            let memory = call.memory.as_ref();
            let health = Health::measure(
                &evidence.plan,
                &evidence.readings,
                settings,
                memory,
                call.now,
            );
            serde_json::to_value(HealthAnswer::of(&health)).unwrap()
        }
        Call::Review(call) => {
            let midnight = call
                .now
                .date_naive()
                .and_hms_opt(0, 0, 0)
                .unwrap()
                .and_utc();
            let view = call
                .view
                .clone()
                .unwrap_or_else(|| LedgerView::empty(midnight));
            let review = review(
                call.proposal.clone(),
                &call.evidence,
                policy,
                &view,
                call.now,
            );
            let mut answer = ReviewAnswer::of(&review);
            answer.permit = None;
            serde_json::to_value(answer).unwrap()
        }
    };
    let parts = pointers
        .iter()
        .map(|at| answer.pointer(at).unwrap_or(&Value::Null).to_string());
    parts.collect::<Vec<_>>().join("\n")
}

fn prepared(case: &Case, policy: &Policy) -> Option<Prepared> {
    if case.input.get("policy").is_some() {
        return None;
    }
    let input = expanded(&case.input);
    let call = match case.call.as_str() {
        "health" => Call::Health(Box::new(serde_json::from_value(input).ok()?)),
        "review" => Call::Review(Box::new(serde_json::from_value(input).ok()?)),
        _ => return None,
    };
    let pointers = case.expect.pointers();
    let before = heard(&call, &pointers, policy);
    Some(Prepared {
        id: case.id.replace('-', "_"),
        pointers,
        call,
        before,
    })
}

/// Which changes of the baseline no vector notices.
pub(crate) fn unnoticed(cases: &[Case]) -> Vec<String> {
    let policy = Policy::baseline_2026_11().unwrap();
    let baseline = serde_json::to_value(policy.settings()).unwrap();
    let mut cases: Vec<Prepared> = cases
        .iter()
        .filter_map(|case| prepared(case, &policy))
        .collect();
    let mut found = Vec::new();
    numbers(&baseline, "", &mut found);
    assert!(found.len() > 250, "only {} numbers are tried", found.len());
    let goes_unnoticed = |at: &String| {
        let measure = at
            .strip_prefix("/health/curves/")
            .and_then(|rest| rest.split('/').next());
        cases.sort_by_key(|case| measure.is_some_and(|measure| !case.id.contains(measure)));
        let notices = |up| {
            let policy = moved(&baseline, at, up)?;
            let differs =
                |case: &Prepared| heard(&case.call, &case.pointers, &policy) != case.before;
            Some(cases.iter().any(differs))
        };
        notices(true) != Some(true) && notices(false) != Some(true)
    };
    let mut goes_unnoticed = goes_unnoticed;
    found.retain(|at| goes_unnoticed(at));
    found
}
