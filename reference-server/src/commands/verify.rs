//! `stratum verify`: was anything altered? Checks the whole ledger, and what is kept of it elsewhere, and names the first entry
//! that does not fit.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use stratum_core::vocabulary::{Digest, TenantId};
use stratum_store::{Store, StoreError, Tenant};

use super::serve::{runtime, unopened};
use super::{Failure, Streams, exit};
use crate::jobs::JobError;
use crate::jobs::verify_ledger::{Expected, Verification, verify_against};
use crate::running::data_folder;

/// What `stratum verify` takes.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The folder with the database
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Only this tenant; every tenant when left out
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// The ledger must have had this hash as its head: the one written down elsewhere. Needs --tenant where there are several
    #[arg(long, value_name = "HASH")]
    expect_head: Option<Digest>,
    /// The ledger must have at least this many entries; with --expect-head, entry N must have that hash
    #[arg(long, value_name = "N")]
    expect_entries: Option<u64>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    tenant: TenantId,
    #[serde(flatten)]
    found: Verification,
}

/// A job that failed, as a failure of the command.
pub(super) fn undone(error: &JobError) -> Failure {
    let exit = match error {
        JobError::UnknownAccount(_)
        | JobError::UnknownCampaign(_)
        | JobError::UnknownProposal(_)
        | JobError::UnknownFreeze(_) => exit::NOT_FOUND,
        JobError::Replay(_) | JobError::Store(StoreError::DamagedEntry { .. }) => {
            exit::LEDGER_BROKEN
        }
        JobError::Store(_) => exit::FAILED,
        JobError::FreezeCoversNothing
        | JobError::FreezeExists(_)
        | JobError::NoPolicy
        | JobError::ProposalExists(_)
        | JobError::ProposalDoesNotFit { .. }
        | JobError::NotAwaitingApproval
        | JobError::SettlementNotAwaited
        | JobError::ApproverIsAutomation(_)
        | JobError::ApprovalRefused(_)
        | JobError::Policy(_)
        | JobError::Id(_) => exit::BAD_INPUT,
    };
    Failure {
        exit,
        ..Failure::bad_input(error.code(), error.to_string())
    }
}

/// The tenants that a command is about: the one that was named, or all of them.
pub(super) async fn tenants(store: &Store, named: Option<&str>) -> Result<Vec<Tenant>, Failure> {
    let known = store.operator().tenants().await;
    let known = known.map_err(|error| Failure::outside(error.code(), &error))?;
    match named {
        None => Ok(known),
        Some(id) => {
            let found: Vec<Tenant> = known.into_iter().filter(|t| t.id.as_str() == id).collect();
            if found.is_empty() {
                let detail = format!("there is no tenant `{id}`");
                return Err(Failure::not_found("tenant.unknown", detail).at("--tenant"));
            }
            Ok(found)
        }
    }
}

pub(super) fn run(arguments: &VerifyArguments, streams: &mut Streams) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let folder = &arguments.data;
        let store = data_folder::open(folder)
            .await
            .map_err(|error| unopened(folder, &error))?;
        let about = tenants(&store, arguments.tenant.as_deref()).await?;
        let expected = Expected {
            entries: arguments.expect_entries,
            head: arguments.expect_head,
        };
        if about.len() > 1 && expected != Expected::default() {
            let detail = "each tenant has a head of its own; say which one is meant";
            return Err(Failure::bad_input("verify.which_tenant", detail).at("--tenant"));
        }
        let mut lines = Vec::new();
        for tenant in about {
            let found = verify_against(&store, &tenant.id, expected)
                .await
                .map_err(|error| undone(&error))?;
            lines.push(Line {
                tenant: tenant.id,
                found,
            });
        }
        store.close().await;
        let broken = lines.iter().any(|line| !line.found.intact);
        if arguments.json {
            let text = serde_json::to_string(&lines);
            let text = text.map_err(|error| Failure::outside("output.failed", &error))?;
            writeln!(streams.out, "{text}")?;
        } else {
            for line in &lines {
                write_line(line, streams)?;
            }
        }
        Ok(if broken {
            exit::LEDGER_BROKEN
        } else {
            exit::OK
        })
    })
}

fn write_line(line: &Line, streams: &mut Streams) -> std::io::Result<()> {
    let (tenant, found) = (&line.tenant, &line.found);
    match &found.first_bad {
        None => writeln!(
            streams.out,
            "{tenant}: intact, {} entries in {} ms, head {}",
            found.entries, found.took_ms, found.head
        ),
        Some(bad) if bad.is_beside_the_ledger() => writeln!(
            streams.out,
            "{tenant}: the {} entries are intact, but the {} kept of entry {} is not what the entry says",
            found.entries, bad.why, bad.seq
        ),
        Some(bad) => writeln!(
            streams.out,
            "{tenant}: entry {} does not fit ({}); the {} before it are intact",
            bad.seq, bad.why, found.entries
        ),
    }
}
