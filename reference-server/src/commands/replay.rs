//! `stratum replay`: would it be decided the same again? And under another policy: which decisions flip, and what money?

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use stratum_core::ledger::Replay;
use stratum_core::trust::{Policy, Reason};
use stratum_core::vocabulary::TenantId;
use stratum_store::Store;

use super::serve::{runtime, unopened};
use super::verify::{tenants, undone};
use super::{Failure, Streams, document, exit};
use crate::decisions::trial::{Flip, TrialAnswer};
use crate::jobs::JobError;
use crate::jobs::try_policy::try_policy;
use crate::running::data_folder;

const PAGE: u32 = 500;
/// How many flips are listed for people; JSON lists more.
const SHOWN_FLIPS: usize = 40;

/// What `stratum replay` takes.
#[derive(Debug, Args)]
pub(super) struct ReplayArguments {
    /// The folder with the database
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Judge by this policy instead of the recorded ones (see `stratum example policy`)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Only this tenant; every tenant when left out
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// What a replay under the recorded policies found.
#[derive(Debug, Serialize)]
struct Reproduced {
    reviews: u64,
    same: u64,
    /// Entries whose recorded answer is not reproduced.
    different: Vec<u64>,
}

#[derive(Debug, Serialize)]
struct Line<T> {
    tenant: TenantId,
    #[serde(flatten)]
    found: T,
}

pub(super) fn run(arguments: &ReplayArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let policy = match &arguments.policy {
        Some(path) => Some(document::policy(path, streams)?),
        None => None,
    };
    runtime()?.block_on(async {
        let folder = &arguments.data;
        let store = data_folder::open(folder)
            .await
            .map_err(|error| unopened(folder, &error))?;
        let code = match &policy {
            Some(policy) => under(&store, arguments, policy, streams).await?,
            None => as_recorded(&store, arguments, streams).await?,
        };
        store.close().await;
        Ok(code)
    })
}

async fn as_recorded(
    store: &Store,
    arguments: &ReplayArguments,
    streams: &mut Streams,
) -> Result<u8, Failure> {
    let mut lines = Vec::new();
    for tenant in tenants(store, arguments.tenant.as_deref()).await? {
        let found = reproduce(store, &tenant.id)
            .await
            .map_err(|error| undone(&error))?;
        lines.push(Line {
            tenant: tenant.id,
            found,
        });
    }
    if arguments.json {
        write_json(&lines, &mut streams.out)?;
    } else {
        for Line { tenant, found } in &lines {
            let (reviews, same) = (found.reviews, found.same);
            writeln!(
                streams.out,
                "{tenant}: {same} of {reviews} decisions are reproduced exactly"
            )?;
            for seq in &found.different {
                writeln!(streams.out, "{tenant}: entry {seq} is not reproduced")?;
            }
        }
    }
    let differs = lines
        .iter()
        .any(|line| line.found.same != line.found.reviews);
    Ok(if differs {
        exit::LEDGER_BROKEN
    } else {
        exit::OK
    })
}

async fn reproduce(store: &Store, tenant: &TenantId) -> Result<Reproduced, JobError> {
    let mut scope = store.tenant(tenant).read().await?;
    let mut replay = Replay::as_recorded();
    let mut found = Reproduced {
        reviews: 0,
        same: 0,
        different: Vec::new(),
    };
    let mut after = 0;
    loop {
        let page = scope.entries_after(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.seq;
        for entry in &page {
            if let Some(replayed) = replay.take(entry)? {
                found.reviews += 1;
                if replayed.same {
                    found.same += 1;
                } else {
                    found.different.push(replayed.seq);
                }
            }
        }
    }
}

async fn under(
    store: &Store,
    arguments: &ReplayArguments,
    policy: &Policy,
    streams: &mut Streams,
) -> Result<u8, Failure> {
    let mut lines = Vec::new();
    for tenant in tenants(store, arguments.tenant.as_deref()).await? {
        let found = try_policy(store, &tenant.id, policy)
            .await
            .map_err(|error| undone(&error))?;
        lines.push(Line {
            tenant: tenant.id,
            found,
        });
    }
    if arguments.json {
        write_json(&lines, &mut streams.out)?;
    } else {
        for line in &lines {
            write_trial(line, policy, &mut streams.out)?;
        }
    }
    Ok(exit::OK)
}

fn write_json<T: Serialize>(lines: &[T], out: &mut dyn Write) -> Result<(), Failure> {
    let text = serde_json::to_string(lines);
    let text = text.map_err(|error| Failure::outside("output.failed", &error))?;
    Ok(writeln!(out, "{text}")?)
}

fn write_trial(
    Line { tenant, found }: &Line<TrialAnswer>,
    policy: &Policy,
    out: &mut dyn Write,
) -> io::Result<()> {
    let version = &policy.settings().version;
    writeln!(
        out,
        "{tenant}: under {version}, {} of {} decisions stay, {} flip",
        found.same, found.reviews, found.flip_count
    )?;
    if found.not_computable_count > 0 {
        writeln!(
            out,
            "{tenant}: {} cannot be computed: what {version} asks about the past was not recorded then",
            found.not_computable_count
        )?;
    }
    let money = &found.money;
    writeln!(
        out,
        "{tenant}: increases newly passed {}, newly stopped {}",
        money.newly_passed, money.newly_stopped
    )?;
    if let Some(truth) = &found.truth {
        writeln!(out, "{tenant}: counted are {}", truth.note)?;
        for (when, table) in [("before", &truth.before), ("after", &truth.after)] {
            writeln!(
                out,
                "{tenant}: {when}, harmful increases stopped {} and passed {}, harmless ones stopped {} and passed {}",
                table.stopped_harmful_count,
                table.passed_harmful_count,
                table.stopped_harmless_count,
                table.passed_harmless_count,
            )?;
        }
    }
    let hidden = found.flips.len().saturating_sub(SHOWN_FLIPS);
    for flip in found.flips.iter().skip(hidden) {
        write_flip(flip, out)?;
    }
    if hidden > 0 {
        writeln!(
            out,
            "{tenant}: {hidden} earlier flips are not shown; --json lists them"
        )?;
    }
    Ok(())
}

fn write_flip(flip: &Flip, out: &mut dyn Write) -> io::Result<()> {
    let increase = flip
        .increase
        .map_or_else(String::new, |money| format!(" +{money}"));
    let truth = flip
        .truth
        .map_or_else(String::new, |truth| format!(" ({})", truth.as_str()));
    let reasons = if flip.reasons_to.is_empty() {
        &flip.reasons_from
    } else {
        &flip.reasons_to
    };
    let codes: Vec<&str> = reasons.iter().map(Reason::code).collect();
    writeln!(
        out,
        "  {:>6}  {}  {} -> {}  {}{increase}{truth}  {}",
        flip.seq,
        flip.at.format("%Y-%m-%d %H:%M"),
        flip.from.as_str(),
        flip.to.as_str(),
        flip.campaign,
        codes.join(" "),
    )
}
