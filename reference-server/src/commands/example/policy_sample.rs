//! How does a policy look as a commented document? Written from the baseline itself, so that it never says anything else.

use serde_json::{Map, Value};
use stratum_core::trust::PolicySettings;

const HEAD: &str = "\
# A policy: what a tenant allows. This sample is the baseline of November 2026, number for number.
# Copy it, give it a version of your own, and try it on the past before it acts:
#   stratum replay --data DIR --policy policy.toml
";

/// What each number is for, by its place in the policy.
const NOTES: [(&str, &str); 25] = [
    (
        "version",
        "the name of this version; every decision records its digest",
    ),
    (
        "permit_seconds",
        "for how long a passed proposal may be carried out before it is judged again",
    ),
    (
        "approval_seconds",
        "for how long the approval of a second person counts",
    ),
    ("health", "how strict health is"),
    (
        "health.healthy",
        "automation may act from this lower end of health upwards",
    ),
    ("health.degraded", "below this score a person must act"),
    (
        "health.minimum_coverage",
        "share of the weight that must be measured",
    ),
    (
        "health.confidence_z",
        "width of the intervals: 1.645 leaves 5 % below the lower end",
    ),
    (
        "health.weights",
        "percent of the composite; they sum to 100",
    ),
    (
        "health.floors",
        "a component below its floor caps the status at degraded",
    ),
    (
        "health.recovery",
        "recovering needs a margin, held for a while; worsening counts at once",
    ),
    ("health.recovery.margin", "points above the threshold"),
    ("health.recovery.dwell_seconds", "for how long"),
    ("health.fresh_seconds", "how long a reading counts as fresh"),
    (
        "health.half_life_seconds",
        "after how many further seconds it says half as much",
    ),
    (
        "health.key_weights",
        "how well each match key identifies a person",
    ),
    (
        "health.curves",
        "which score each measured value earns: [value, score], linear in between",
    ),
    (
        "exposure",
        "how the size of an increase raises the health required",
    ),
    (
        "exposure.rise",
        "points that the largest increase requires above healthy",
    ),
    (
        "exposure.half_at",
        "at this size, half of them; 1.0 is a doubling",
    ),
    (
        "protective",
        "whether automation may pause and cut while health is degraded",
    ),
    ("protective.allowed", "off in the baseline"),
    ("protective.at_most", "reductions in an account …"),
    ("protective.within_seconds", "… within this window"),
    (
        "limits",
        "bounds on increases, checked against what was applied",
    ),
];

const LIMITS: &str = "
# Bounds on increases, checked against what was applied. A mode says what a broken one does: advisory warns, soft_block
# holds until a second person confirms, hard_block blocks. Rules: increase_percent, increase_amount,
# campaign_daily_budget, changes_per_day, cooldown, rolling_increase_percent, cumulative_increase_percent,
# account_daily_increase, portfolio_increase, spend_today, minimum_return.
";

/// The settings as commented TOML; none when they do not encode, which settings always do.
pub(super) fn written(settings: &PolicySettings) -> Option<String> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(settings) else {
        return None;
    };
    let limits = fields.remove("limits")?;
    let mut out = HEAD.to_owned();
    out.push('\n');
    write_table("", &fields, &mut out);
    out.push_str(LIMITS);
    for limit in limits.as_array()? {
        out.push_str("\n[[limits]]\n");
        for (name, value) in limit.as_object()? {
            out.push_str(&format!("{name} = {}\n", inline(value)));
        }
    }
    Some(out)
}

/// Single values first, then the tables below.
fn write_table(path: &str, fields: &Map<String, Value>, out: &mut String) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_object()) {
        push_with_note(&format!("{name} = {}", inline(value)), &below(name), out);
    }
    for (name, value) in fields {
        if let Value::Object(fields) = value {
            out.push('\n');
            push_with_note(&format!("[{}]", below(name)), &below(name), out);
            write_table(&below(name), fields, out);
        }
    }
}

fn push_with_note(text: &str, path: &str, out: &mut String) {
    match NOTES.iter().find(|(of, _)| *of == path) {
        Some((_, note)) => out.push_str(&format!("{text:<32} # {note}\n")),
        None => out.push_str(&format!("{text}\n")),
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let pairs: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name} = {}", inline(value)))
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        // Text, numbers and truths are written alike in JSON and TOML.
        other => other.to_string(),
    }
}
