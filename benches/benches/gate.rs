//! How long does a decision take? Our gate over a computed health and from raw readings, and the same decision by Cedar and
//! by Rego, all in one run; the medians and how many times faster we are stand at the end.
//!
//! Everybody gets the same fast allocator, so that how a machine hands out memory is not held against the peers, who need much
//! of it. Nothing is asserted about time here: a shared machine would make such a test a coin toss. See `README.md` for the last
//! recorded numbers and the targets.

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion};
use stratum_benches::cases::{self, Case};
use stratum_benches::cedar::Cedar;
use stratum_benches::question::Question;
use stratum_benches::rego::{Rego, input};
use stratum_benches::{SetUpError, estimates};
use stratum_core::signal::Health;
use stratum_core::trust::{Policy, decide, review};
use stratum_core::vocabulary::Timestamp;
use stratum_core::wire::ReviewAnswer;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const GATE_TARGET_NS: f64 = 400.0;
const REVIEW_TARGET_NS: f64 = 2000.0;
const TIMES_FASTER_TARGET: f64 = 10.0;

/// The ways of asking the peers: everything from values of Rust to the verdict first, as our gate is asked.
const PEERS: [(&str, &str); 7] = [
    ("cedar", "Cedar, from values of Rust"),
    (
        "cedar_request_ready",
        "Cedar, request already built (evaluation alone)",
    ),
    ("cedar_from_json", "Cedar, from JSON"),
    ("rego", "Rego (regorus machine), from values of Rust"),
    (
        "rego_input_ready",
        "Rego (regorus machine), input already built (evaluation alone)",
    ),
    (
        "rego_interpreter",
        "Rego (regorus interpreter), from values of Rust",
    ),
    (
        "rego_interpreter_input_ready",
        "Rego (regorus interpreter), input already built",
    ),
];

fn main() -> Result<(), SetUpError> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder: PathBuf = folder.parent().unwrap_or(folder).join("criterion");
    estimates::forget(&folder, "gate_")?;
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .warm_up_time(Duration::from_secs(2))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let (policy, now) = (Policy::baseline_2026_11()?, cases::now()?);
    for (short, case) in [
        ("pass", cases::pass()?),
        ("hold", cases::hold()?),
        ("block", cases::block()?),
    ] {
        ours(&mut criterion, short, &case, &policy, now);
        peers(&mut criterion, short, &case, &policy, now)?;
    }
    criterion.final_summary();
    summary(&folder)
}

fn health_of(case: &Case, policy: &Policy, now: Timestamp) -> Health {
    Health::measure(
        &case.evidence.plan,
        &case.evidence.readings,
        &policy.settings().health,
        case.view.memory.as_ref(),
        now,
    )
}

/// The gate takes the proposal by value: it is cloned, and what comes back is dropped, outside the timed part.
fn ours(criterion: &mut Criterion, short: &str, case: &Case, policy: &Policy, now: Timestamp) {
    let mut group = criterion.benchmark_group(format!("gate_{short}"));
    let health = health_of(case, policy, now);
    group.bench_function("decide", |b| {
        b.iter_batched(
            || case.proposal.clone(),
            |proposal| {
                let (evidence, view) = (black_box(&case.evidence), black_box(&case.view));
                decide(
                    proposal,
                    evidence,
                    black_box(health),
                    black_box(policy),
                    view,
                    now,
                )
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("review", |b| {
        b.iter_batched(
            || case.proposal.clone(),
            |proposal| {
                let (evidence, view) = (black_box(&case.evidence), black_box(&case.view));
                review(proposal, evidence, black_box(policy), view, now)
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("measure", |b| {
        b.iter(|| health_of(black_box(case), black_box(policy), now));
    });
    group.bench_function("answer", |b| {
        let (proposal, evidence, view) = (case.proposal.clone(), &case.evidence, &case.view);
        let review = review(proposal, evidence, policy, view, now);
        b.iter(|| ReviewAnswer::of(black_box(&review)));
    });
    group.finish();
}

fn peers(
    criterion: &mut Criterion,
    short: &str,
    case: &Case,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), SetUpError> {
    let mut group = criterion.benchmark_group(format!("gate_{short}"));
    let question = Question::of(case, &health_of(case, policy, now), policy, now);
    let (cedar, mut rego) = (Cedar::new()?, Rego::new()?);
    let (request, value) = (cedar.request(&question)?, input(&question));
    let json = value.to_json_str()?;
    let json = flattened(&json)?;
    for verdict in [
        cedar.decide(&request),
        cedar.decide(&cedar.request_from_json(&json)?),
        rego.execute(value.clone()),
        rego.interpret(value.clone()),
    ] {
        if verdict != case.verdict {
            return Err(format!("{}: a peer says {verdict:?}", case.name).into());
        }
    }
    group.bench_function("cedar", |b| {
        b.iter(|| {
            cedar
                .request(black_box(&question))
                .map(|request| cedar.decide(&request))
        });
    });
    group.bench_function("cedar_request_ready", |b| {
        b.iter(|| cedar.decide(black_box(&request)));
    });
    group.bench_function("cedar_from_json", |b| {
        b.iter(|| {
            cedar
                .request_from_json(black_box(&json))
                .map(|request| cedar.decide(&request))
        });
    });
    group.bench_function("rego", |b| {
        b.iter(|| rego.execute(input(black_box(&question))));
    });
    group.bench_function("rego_input_ready", |b| {
        b.iter(|| rego.execute(black_box(&value).clone()));
    });
    group.bench_function("rego_interpreter", |b| {
        b.iter(|| rego.interpret(input(black_box(&question))));
    });
    group.bench_function("rego_interpreter_input_ready", |b| {
        b.iter(|| rego.interpret(black_box(&value).clone()));
    });
    group.finish();
    Ok(())
}

/// Cedar names the components where Rego lists them.
fn flattened(json: &str) -> Result<String, SetUpError> {
    let mut value: serde_json::Value = serde_json::from_str(json)?;
    let names = stratum_core::signal::Component::ALL.map(stratum_core::signal::Component::as_str);
    if let Some(object) = value.as_object_mut()
        && let Some(serde_json::Value::Array(components)) = object.remove("components")
    {
        for (name, component) in names.into_iter().zip(components) {
            object.insert(name.to_owned(), component);
        }
    }
    Ok(value.to_string())
}

/// The medians of this run and the comparison. Silent in test mode, where nothing is measured.
fn summary(folder: &Path) -> Result<(), SetUpError> {
    if !std::env::args().any(|word| word == "--bench") {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nmedians of this run in ns [95 % interval]")?;
    for short in ["pass", "hold", "block"] {
        let group = format!("gate_{short}");
        let Some((decide, low, high)) = estimates::median(folder, &group, "decide") else {
            continue;
        };
        writeln!(
            out,
            "{short}: the gate over a computed health {decide:.0} [{low:.0} {high:.0}], target {GATE_TARGET_NS:.0}: {}",
            kept(decide <= GATE_TARGET_NS)
        )?;
        if let Some((review, low, high)) = estimates::median(folder, &group, "review") {
            writeln!(
                out,
                "{short}: a whole review from readings    {review:.0} [{low:.0} {high:.0}], target {REVIEW_TARGET_NS:.0}: {}",
                kept(review <= REVIEW_TARGET_NS)
            )?;
        }
        let mut fastest: Option<f64> = None;
        for (bench, name) in PEERS {
            if let Some((peer, low, high)) = estimates::median(folder, &group, bench) {
                writeln!(
                    out,
                    "{short}:   {:>6.1} times  {peer:.0} [{low:.0} {high:.0}]  {name}",
                    peer / decide
                )?;
                let comparable = matches!(bench, "cedar" | "rego" | "rego_interpreter");
                if comparable && fastest.is_none_or(|so_far| peer < so_far) {
                    fastest = Some(peer);
                }
            }
        }
        if let Some(peer) = fastest {
            writeln!(
                out,
                "{short}: {:.1} times faster than the faster peer asked from values, target {TIMES_FASTER_TARGET:.0}: {}",
                peer / decide,
                kept(peer / decide >= TIMES_FASTER_TARGET)
            )?;
        }
    }
    Ok(())
}

const fn kept(kept: bool) -> &'static str {
    if kept { "kept" } else { "MISSED" }
}
