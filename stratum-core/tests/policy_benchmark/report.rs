//! What does the report say? The tables of `docs/POLICY-BENCHMARK.md`, as text.

use std::collections::BTreeMap;
use std::io;

use super::course::{Course, DAYS, GATES, Judged, Truth};
use super::tally;

type Written = io::Result<()>;

/// Writes all tables about these courses.
pub(crate) fn report(
    out: &mut impl io::Write,
    courses: &[Course],
    seeds: &str,
    policy: &str,
) -> Written {
    writeln!(out, "Seeds {seeds}, {DAYS} days each, policy {policy}.\n")?;
    shares(out, courses)?;
    by_fault(out, courses)?;
    ours(out, courses)
}

fn shares(out: &mut impl io::Write, courses: &[Course]) -> Written {
    let count = |truth| tally::share(courses, |j| j.truth == truth, |_| true).of;
    writeln!(
        out,
        "{} harmful, {} harmless and {} lucky increases were proposed.\n",
        count(Truth::Harmful),
        count(Truth::Harmless),
        count(Truth::Lucky)
    )?;
    writeln!(
        out,
        "| gate | harmful stopped | harmless held | harmless held, no fault in the window | harmful money passed | harmless money held |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (gate, name) in GATES.iter().enumerate() {
        let held = |j: &Judged| !j.passed[gate];
        let harmful = |j: &Judged| j.truth == Truth::Harmful;
        let harmless = |j: &Judged| j.truth == Truth::Harmless;
        let clean = |j: &Judged| harmless(j) && j.fault.is_none();
        let part = |kind: &dyn Fn(&Judged) -> bool, which: &dyn Fn(&Judged) -> bool| {
            100.0 * tally::money(courses, |j| kind(j) && which(j)) / tally::money(courses, kind)
        };
        writeln!(
            out,
            "| {name} | {} | {} | {} | {:.1} % | {:.1} % |",
            tally::share(courses, harmful, held).text(),
            tally::share(courses, harmless, held).text(),
            tally::share(courses, clean, held).text(),
            part(&harmful, &|j| j.passed[gate]),
            part(&harmless, &held),
        )?;
    }
    writeln!(out)
}

fn by_fault(out: &mut impl io::Write, courses: &[Course]) -> Written {
    let mut faults: Vec<Option<&str>> = courses
        .iter()
        .flat_map(|c| &c.judged)
        .map(|j| j.fault)
        .collect();
    faults.sort_unstable();
    faults.dedup();
    writeln!(
        out,
        "| fault in the window | harmful | stopped: Stratum / at 70 / at 80 / at 70 with orders / at 80 with orders | harmless | held: likewise |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    for fault in faults {
        let of = |truth: Truth| move |j: &Judged| j.truth == truth && j.fault == fault;
        let cells = |truth| {
            let texts = (0..GATES.len()).map(|gate| {
                let share = tally::share(courses, of(truth), |j| !j.passed[gate]);
                if share.of == 0.0 {
                    "–".to_string()
                } else {
                    format!("{:.0} %", 100.0 * share.value)
                }
            });
            texts.collect::<Vec<_>>().join(" / ")
        };
        let count = |truth| tally::share(courses, of(truth), |_| true).of;
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            fault.unwrap_or("none"),
            count(Truth::Harmful),
            cells(Truth::Harmful),
            count(Truth::Harmless),
            cells(Truth::Harmless)
        )?;
    }
    let shift = tally::share(
        courses,
        |j| j.truth == Truth::Harmless && j.fault.is_none() && j.shifted,
        |j| !j.passed[0],
    );
    writeln!(
        out,
        "\nDuring a real demand shift, no fault: {} harmless proposals, Stratum holds {}.\n",
        shift.of,
        shift.text()
    )
}

fn ours(out: &mut impl io::Write, courses: &[Course]) -> Written {
    let mut reasons: BTreeMap<(&str, bool, &str), u32> = BTreeMap::new();
    for judged in courses.iter().flat_map(|c| &c.judged) {
        if let Some(reason) = &judged.reason
            && judged.truth != Truth::Lucky
        {
            let truth = if judged.truth == Truth::Harmful {
                "harmful"
            } else {
                "harmless"
            };
            *reasons
                .entry((truth, judged.fault.is_some(), reason))
                .or_default() += 1;
        }
    }
    writeln!(
        out,
        "| stopped by Stratum | with a fault in the window | first reason | proposals |"
    )?;
    writeln!(out, "|---|---|---|---|")?;
    for ((truth, fault, reason), count) in reasons {
        writeln!(
            out,
            "| {truth} | {} | {reason} | {count} |",
            if fault { "yes" } else { "no" }
        )?;
    }
    let sum = |of: fn(&Course) -> [u64; 2]| {
        courses
            .iter()
            .map(of)
            .fold([0, 0], |a, b| [a[0] + b[0], a[1] + b[1]])
            .map(stratum_core::numeric::from_u64)
    };
    let (quiet, faulty) = (sum(|c| c.quiet_hours), sum(|c| c.faulty_hours));
    writeln!(
        out,
        "\nHours called healthy: {:.1} % of those without a fault in the last three days, {:.1} % of those with one.",
        100.0 * quiet[1] / quiet[0],
        100.0 * faulty[1] / faulty[0]
    )
}
