//! How fast does the ledger grow, and how fast is it checked? Append, verify and replay in core, without any storage.
//!
//! Hashing is most of the work, so the size of a body decides: a receipt (about 400 bytes), a full review with its evidence, view
//! and answer (a few kilobytes), and the mix that a ledger consists of (of 371 entries of the demo after 90 days 164 are reviews, the
//! others executions and receipts). See `README.md` for the last recorded numbers and the target.

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use stratum_benches::cases::{self, Case};
use stratum_benches::{SetUpError, estimates};
use stratum_core::ledger::{
    Body, Chain, Entry, ExecutionRecord, PolicyRecord, ReceiptOutcome, ReceiptRecord, Replay,
    ReviewRecord, Verifier,
};
use stratum_core::trust::{Permit, Policy, Review, Verdict, review};
use stratum_core::vocabulary::{ActorId, TenantId, Timestamp};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Entries per round: enough to leave the first-level cache as a real ledger does.
const ENTRIES: usize = 2000;
const TARGET_PER_SECOND: f64 = 500_000.0;

struct World {
    tenant: TenantId,
    now: Timestamp,
    policy: Policy,
    case: Case,
}

impl World {
    fn new() -> Result<Self, SetUpError> {
        Ok(Self {
            tenant: TenantId::new("north")?,
            now: cases::now()?,
            policy: Policy::baseline_2026_11()?,
            case: cases::pass()?,
        })
    }

    fn review(&self) -> Review {
        let (evidence, view) = (&self.case.evidence, &self.case.view);
        review(
            self.case.proposal.clone(),
            evidence,
            &self.policy,
            view,
            self.now,
        )
    }

    fn review_body(&self) -> Body {
        let (evidence, view) = (&self.case.evidence, &self.case.view);
        let record = ReviewRecord::new(&self.review(), evidence, &self.policy, view, self.now);
        Body::Review(Box::new(record))
    }

    fn execution_body(&self) -> Result<Body, SetUpError> {
        let Verdict::Pass(permit) = self.review().verdict else {
            return Err("the case does not pass".into());
        };
        let proposal = Permit::proposal(&permit);
        Ok(Body::Execution(ExecutionRecord {
            permit: permit.id(),
            proposal: proposal.id.clone(),
            account: proposal.account.clone(),
            action: proposal.action.clone(),
        }))
    }

    fn receipt_body(&self) -> Result<Body, SetUpError> {
        let Verdict::Pass(permit) = self.review().verdict else {
            return Err("the case does not pass".into());
        };
        let proposal = Permit::proposal(&permit);
        Ok(Body::Receipt(ReceiptRecord {
            permit: permit.id(),
            proposal: proposal.id.clone(),
            account: proposal.account.clone(),
            action: proposal.action.clone(),
            before: proposal.action.before(),
            requested: proposal.action.after(),
            observed: proposal.action.after(),
            outcome: ReceiptOutcome::Applied,
            settled_by: None,
        }))
    }

    fn policy_body(&self) -> Result<Body, SetUpError> {
        Ok(Body::Policy(Box::new(PolicyRecord {
            digest: self.policy.digest(),
            settings: self.policy.settings().clone(),
            by: ActorId::new("ana")?,
        })))
    }

    /// Of eight entries four are reviews, two executions and two receipts.
    fn mixed_bodies(&self) -> Result<Vec<Body>, SetUpError> {
        let mut bodies = Vec::new();
        for _ in 0..2 {
            let (execution, receipt) = (self.execution_body()?, self.receipt_body()?);
            bodies.extend([self.review_body(), self.review_body(), execution, receipt]);
        }
        Ok(bodies)
    }
}

fn main() -> Result<(), SetUpError> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder: PathBuf = folder.parent().unwrap_or(folder).join("criterion");
    estimates::forget(&folder, "ledger_")?;
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .warm_up_time(Duration::from_secs(2))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let world = World::new()?;
    let bodies = [
        ("receipt", vec![world.receipt_body()?]),
        ("mixed", world.mixed_bodies()?),
        ("review", vec![world.review_body()]),
    ];
    let mut sizes = Vec::new();
    for (name, bodies) in &bodies {
        sizes.push((*name, chain(&mut criterion, &world, name, bodies)?));
    }
    replay(&mut criterion, &world)?;
    criterion.final_summary();
    summary(&folder, &sizes)
}

/// Measures a ledger in which these bodies follow each other over and over; gives their mean size in bytes.
fn chain(
    criterion: &mut Criterion,
    world: &World,
    name: &str,
    bodies: &[Body],
) -> Result<usize, SetUpError> {
    let mut written = Vec::new();
    for body in bodies.iter().cycle().take(ENTRIES) {
        written.push((body.kind(), body.write()?));
    }
    let bytes: usize = written.iter().map(|(_, body)| body.len()).sum();
    let mut group = criterion.benchmark_group(format!("ledger_{name}"));
    group.throughput(Throughput::Elements(ENTRIES as u64));
    group.bench_function("append_written", |b| {
        b.iter_batched(
            || (Chain::begin(&world.tenant), written.clone()),
            |(mut chain, written)| {
                let mut entries = Vec::with_capacity(ENTRIES);
                for (kind, body) in written {
                    entries.push(chain.append_written(black_box(kind), body, world.now));
                }
                entries
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("append", |b| {
        b.iter_batched(
            || Chain::begin(&world.tenant),
            |mut chain| {
                let mut entries = Vec::with_capacity(ENTRIES);
                for body in bodies.iter().cycle().take(ENTRIES) {
                    entries.extend(chain.append(black_box(body), world.now));
                }
                entries
            },
            BatchSize::LargeInput,
        );
    });
    let mut chain = Chain::begin(&world.tenant);
    let append = |(kind, body)| chain.append_written(kind, body, world.now);
    let entries: Vec<Entry> = written.into_iter().map(append).collect();
    group.bench_function("verify", |b| {
        b.iter(|| {
            let mut verifier = Verifier::begin(&world.tenant);
            black_box(&entries)
                .iter()
                .try_for_each(|entry| verifier.check(entry))
        });
    });
    group.finish();
    Ok(bytes / ENTRIES)
}

fn replay(criterion: &mut Criterion, world: &World) -> Result<(), SetUpError> {
    const REVIEWS: usize = 100;
    let mut chain = Chain::begin(&world.tenant);
    let policy = chain.append(&world.policy_body()?, world.now)?;
    let body = world.review_body();
    let entries = (0..REVIEWS)
        .map(|_| chain.append(&body, world.now))
        .collect::<Result<Vec<Entry>, _>>()?;
    let mut check = Replay::as_recorded();
    check.take(&policy)?;
    for entry in &entries {
        if !check.take(entry)?.is_some_and(|replayed| replayed.same) {
            return Err("a replayed review differs".into());
        }
    }
    let mut group = criterion.benchmark_group("ledger_replay");
    group.throughput(Throughput::Elements(REVIEWS as u64));
    group.bench_function("as_recorded", |b| {
        let mut replay = Replay::as_recorded();
        b.iter(|| {
            let known = replay.take(black_box(&policy)).is_ok();
            let same = black_box(&entries)
                .iter()
                .filter(|entry| matches!(replay.take(entry), Ok(Some(replayed)) if replayed.same))
                .count();
            (known, same)
        });
    });
    group.bench_function("under_another_policy", |b| {
        let mut replay = Replay::under(&world.policy);
        b.iter(|| {
            black_box(&entries)
                .iter()
                .filter(|entry| replay.take(entry).is_ok())
                .count()
        });
    });
    group.finish();
    Ok(())
}

/// The rates of this run. Silent in test mode, where nothing is measured.
fn summary(folder: &Path, sizes: &[(&str, usize)]) -> Result<(), SetUpError> {
    if !std::env::args().any(|word| word == "--bench") {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nrates of this run, one core")?;
    let per_round = f64::from(u32::try_from(ENTRIES)?);
    for (name, bytes) in sizes {
        for bench in ["append_written", "append", "verify"] {
            let Some((ns, _, _)) = estimates::median(folder, &format!("ledger_{name}"), bench)
            else {
                continue;
            };
            let rate = per_round / ns * 1e9;
            let verdict = if rate >= TARGET_PER_SECOND {
                "kept"
            } else {
                "MISSED"
            };
            writeln!(
                out,
                "{bench}: {rate:>9.0} entries/s with bodies of {bytes} bytes ({name}), target {TARGET_PER_SECOND:.0}: {verdict}"
            )?;
        }
    }
    for bench in ["as_recorded", "under_another_policy"] {
        if let Some((ns, _, _)) = estimates::median(folder, "ledger_replay", bench) {
            writeln!(out, "replay {bench}: {:.0} reviews/s", 100.0 / ns * 1e9)?;
        }
    }
    Ok(())
}
