//! `stratum doctor`: what was understood, and what is wrong with it? Looks and changes nothing.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use stratum_store::{Store, Tenant};

use super::serve::{runtime, unopened};
use super::verify::{tenants, undone};
use super::{Failure, Streams, exit};
use crate::config::{DEFAULT_DATA, DEFAULT_LISTEN, Environment, listen_address};
use crate::http::dashboard;
use crate::jobs::verify_ledger::verify_ledger;
use crate::running::data_folder::{self, FolderError, database};

/// What `stratum doctor` takes.
#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// The folder with the database [default: stratum-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Findings, one line each.
struct Findings<'a> {
    streams: &'a mut Streams,
    wrong: u32,
}

impl Findings<'_> {
    fn fine(&mut self, what: &str) -> std::io::Result<()> {
        writeln!(self.streams.out, "  ok    {what}")
    }

    fn wrong(&mut self, what: &str) -> std::io::Result<()> {
        self.wrong += 1;
        writeln!(self.streams.out, "  WRONG {what}")
    }

    fn note(&mut self, what: &str) -> std::io::Result<()> {
        writeln!(self.streams.out, "  note  {what}")
    }
}

pub(super) fn run(arguments: &DoctorArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let environment = Environment::read();
    let mut findings = Findings { streams, wrong: 0 };
    match environment.listen.as_deref().map(listen_address) {
        None => findings.fine(&format!(
            "listens on {DEFAULT_LISTEN} unless told otherwise"
        ))?,
        Some(Ok(address)) => findings.fine(&format!("STRATUM_LISTEN: {address}"))?,
        Some(Err(error)) => findings.wrong(&format!("STRATUM_LISTEN: {error}"))?,
    }
    if dashboard::is_built() {
        findings.fine("the dashboard is part of this binary")?;
    } else {
        findings.note("the dashboard is not part of this binary: `cargo xtask demo` builds it")?;
    }
    let folder = arguments.data.clone().or(environment.data);
    let folder = folder.unwrap_or_else(|| PathBuf::from(DEFAULT_DATA));
    runtime()?.block_on(async {
        match data_folder::open(&folder).await {
            Ok(store) => {
                findings.fine(&format!("database {}", database(&folder).display()))?;
                look_at(&store, &mut findings).await?;
                store.close().await;
            }
            // A folder that nobody named need not be there.
            Err(FolderError::NotFound) if arguments.data.is_none() => {
                findings.note(&format!("no database in {} yet", folder.display()))?;
            }
            Err(error @ FolderError::NotFound) => return Err(unopened(&folder, &error)),
            Err(error) => findings.wrong(&format!("database: {error} [{}]", error.code()))?,
        }
        Ok(if findings.wrong == 0 {
            exit::OK
        } else {
            exit::FAILED
        })
    })
}

async fn look_at(store: &Store, findings: &mut Findings<'_>) -> Result<(), Failure> {
    let all = tenants(store, None).await?;
    if all.is_empty() {
        findings.note("no tenant yet: `stratum tenant add` adds one")?;
    }
    for tenant in all {
        look_at_tenant(store, &tenant, findings).await?;
    }
    Ok(())
}

async fn look_at_tenant(
    store: &Store,
    tenant: &Tenant,
    findings: &mut Findings<'_>,
) -> Result<(), Failure> {
    let id = &tenant.id;
    let failed = |error: &stratum_store::StoreError| Failure::outside(error.code(), error);
    let mut scope = store
        .tenant(id)
        .read()
        .await
        .map_err(|error| failed(&error))?;
    let accounts = scope.accounts().await.map_err(|error| failed(&error))?;
    let sources = scope.sources().await.map_err(|error| failed(&error))?;
    findings.fine(&format!(
        "tenant {id} ({}): {} accounts, {} sources{}",
        tenant.name,
        accounts.len(),
        sources.len(),
        if tenant.simulation {
            ", a simulation"
        } else {
            ""
        }
    ))?;
    for account in &accounts {
        if account.time_zone.parse::<chrono_tz::Tz>().is_err() {
            let zone = &account.time_zone;
            findings.wrong(&format!(
                "account {}: unknown time zone `{zone}`",
                account.id
            ))?;
        }
    }
    match scope.current_policy().await {
        Ok(Some(adopted)) => {
            let version = &adopted.policy.settings().version;
            findings.fine(&format!("tenant {id}: policy {version}"))?;
        }
        Ok(None) => findings.wrong(&format!("tenant {id}: no policy was adopted"))?,
        Err(error) => findings.wrong(&format!("tenant {id}: its policy: {error}"))?,
    }
    drop(scope);
    let found = verify_ledger(store, id)
        .await
        .map_err(|error| undone(&error))?;
    match found.first_bad {
        None => findings.fine(&format!(
            "tenant {id}: ledger intact, {} entries",
            found.entries
        ))?,
        Some(bad) if bad.is_beside_the_ledger() => findings.wrong(&format!(
            "tenant {id}: the {} kept of entry {} is not what the entry says",
            bad.why, bad.seq
        ))?,
        Some(bad) => findings.wrong(&format!(
            "tenant {id}: entry {} of the ledger does not fit ({})",
            bad.seq, bad.why
        ))?,
    }
    Ok(())
}
