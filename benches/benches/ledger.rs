//! How fast does the ledger grow, and how fast is it checked? Append, verify and replay in core, without any storage.
//!
//! Two body sizes, because hashing is most of the work: a receipt (about 350 bytes) and a full review with its evidence,
//! view and answer (a few kilobytes). See `README.md` for the last recorded numbers and the target.

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use stratum_benches::cases::{self, Case};
use stratum_benches::{SetUpError, estimates};
use stratum_core::ledger::{
    Body, Chain, Entry, EntryKind, PolicyRecord, ReceiptOutcome, ReceiptRecord, Replay,
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

    fn chain_of(&self, kind: EntryKind, written: &str) -> Vec<Entry> {
        let mut chain = Chain::begin(&self.tenant);
        (0..ENTRIES)
            .map(|_| chain.append_written(kind, written.to_owned(), self.now))
            .collect()
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
        ("receipt", world.receipt_body()?),
        ("review", world.review_body()),
    ];
    let mut sizes = Vec::new();
    for (name, body) in &bodies {
        sizes.push((*name, body.write()?.len()));
        chain(&mut criterion, &world, name, body)?;
    }
    replay(&mut criterion, &world)?;
    criterion.final_summary();
    summary(&folder, &sizes)
}

fn chain(
    criterion: &mut Criterion,
    world: &World,
    name: &str,
    body: &Body,
) -> Result<(), SetUpError> {
    let written = body.write()?;
    let mut group = criterion.benchmark_group(format!("ledger_{name}"));
    group.throughput(Throughput::Elements(ENTRIES as u64));
    group.bench_function("append_written", |b| {
        b.iter_batched(
            || (Chain::begin(&world.tenant), vec![written.clone(); ENTRIES]),
            |(mut chain, bodies)| {
                let mut entries = Vec::with_capacity(ENTRIES);
                for body in bodies {
                    entries.push(chain.append_written(
                        black_box(EntryKind::Receipt),
                        body,
                        world.now,
                    ));
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
                for _ in 0..ENTRIES {
                    entries.extend(chain.append(black_box(body), world.now));
                }
                entries
            },
            BatchSize::LargeInput,
        );
    });
    let entries = world.chain_of(body.kind(), &written);
    group.bench_function("verify", |b| {
        b.iter(|| {
            let mut verifier = Verifier::begin(&world.tenant);
            black_box(&entries)
                .iter()
                .try_for_each(|entry| verifier.check(entry))
        });
    });
    group.finish();
    Ok(())
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
                "{bench}: {rate:>9.0} entries/s with a body of {bytes} bytes ({name}), target {TARGET_PER_SECOND:.0}: {verdict}"
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
