//! `stratum import`: takes a file of metrics, orders, calls, platform states, a delivery series, touches or conversions into the
//! store.
//!
//! Reading rows is `crate::imports`, the same as over HTTP: a file is taken whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use stratum_core::vocabulary::AccountId;
use stratum_store::Store;

use super::serve::{runtime, unopened};
use super::verify::tenants;
use super::{Failure, Streams, document, exit};
use crate::clock::Clock;
use crate::imports::{
    CustomerKind, CustomerUpload, Format, ImportError, Known, Repeated, Table, Upload, UploadKind,
};
use crate::running::data_folder;

/// What the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Campaign metrics by the hour or by the day
    Metrics,
    /// Orders as the shop counted them
    Orders,
    /// Calls to a platform's API by the hour
    ApiCalls,
    /// Incidents, tokens, announced ends and matching, as platforms report them
    PlatformStatus,
    /// One further delivery metric of one account, such as its cost per click
    Series,
    /// Clicks and views of persons, by channel
    Touchpoints,
    /// What persons bought, and when
    Conversions,
}

/// What is read, and how.
enum Wanted {
    Account(UploadKind),
    Customers(CustomerKind),
}

/// In which form the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Comma-separated values with a header line
    Csv,
    /// A list of objects
    Json,
}

/// What happens when a time of a series is there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Twice {
    /// The file is refused
    Refuse,
    /// The last of the rows counts
    Last,
}

/// What `stratum import` takes.
#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// What the file holds
    kind: Kind,
    /// The file; - for standard input
    file: PathBuf,
    /// The folder with the database
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Whose data it is; may be left out where there is only one tenant
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Of which account (series only)
    #[arg(long, value_name = "ID", required_if_eq("kind", "series"))]
    account: Option<String>,
    /// Which metric, such as `cost_per_click` (series only)
    #[arg(long, value_name = "NAME", required_if_eq("kind", "series"))]
    metric: Option<String>,
    /// What happens when a time is there twice (series only)
    #[arg(long, default_value = "refuse")]
    repeated: Twice,
    /// In which form the file is; told by its name when left out
    #[arg(long)]
    format: Option<Form>,
}

impl ImportArguments {
    fn wanted(&self) -> Result<Wanted, Failure> {
        Ok(Wanted::Account(match self.kind {
            Kind::Touchpoints => return Ok(Wanted::Customers(CustomerKind::Touchpoints)),
            Kind::Conversions => return Ok(Wanted::Customers(CustomerKind::Conversions)),
            Kind::Metrics => UploadKind::Metrics,
            Kind::Orders => UploadKind::Orders,
            Kind::ApiCalls => UploadKind::ApiCalls,
            Kind::PlatformStatus => UploadKind::PlatformStatus,
            Kind::Series => {
                let account = AccountId::new(self.account.as_deref().unwrap_or_default());
                let account = account.map_err(|error| {
                    Failure::bad_input("input.invalid_id", error.to_string()).at("--account")
                })?;
                UploadKind::Delivery {
                    account,
                    metric: self.metric.clone().unwrap_or_default(),
                    repeated: match self.repeated {
                        Twice::Refuse => Repeated::Refuse,
                        Twice::Last => Repeated::Last,
                    },
                }
            }
        }))
    }

    fn format(&self, text: &str) -> Format {
        let is_json = match self.format {
            Some(form) => form == Form::Json,
            None if self.file == Path::new("-") => text.trim_start().starts_with(['[', '{']),
            None => self
                .file
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("json")),
        };
        if is_json { Format::Json } else { Format::Csv }
    }
}

pub(super) fn run(arguments: &ImportArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let kind = arguments.wanted()?;
    let text = document::read_text(&arguments.file, streams)?;
    let shown = arguments.file.display().to_string();
    let table = Table::read(text.as_bytes(), arguments.format(&text))
        .map_err(|error| refused(&error, &shown))?;
    let rows = runtime()?.block_on(async {
        let folder = &arguments.data;
        let store = data_folder::open(folder)
            .await
            .map_err(|error| unopened(folder, &error))?;
        let rows = save(&store, arguments.tenant.as_deref(), &kind, &table, &shown).await;
        store.close().await;
        rows
    })?;
    writeln!(streams.out, "{rows} rows imported")?;
    Ok(exit::OK)
}

async fn save(
    store: &Store,
    named: Option<&str>,
    kind: &Wanted,
    table: &Table,
    shown: &str,
) -> Result<usize, Failure> {
    let known = tenants(store, named).await?;
    let [tenant] = known.as_slice() else {
        let detail = "say whose data it is with --tenant";
        return Err(Failure::bad_input("tenant.ambiguous", detail).at("--tenant"));
    };
    let failed = |error: stratum_store::StoreError| Failure::outside(error.code(), &error);
    let mut scope = store.tenant(&tenant.id).begin().await.map_err(failed)?;
    let now = Clock::System.now();
    let rows = match kind {
        Wanted::Account(kind) => {
            let accounts = scope.accounts().await.map_err(failed)?;
            let campaigns = scope.campaigns(None).await.map_err(failed)?;
            let upload = Upload::read(kind, table, &Known::new(&accounts, &campaigns, now))
                .map_err(|error| refused(&error, shown))?;
            upload.save(&mut scope).await.map_err(failed)?;
            upload.rows()
        }
        Wanted::Customers(kind) => {
            let upload =
                CustomerUpload::read(*kind, table, now).map_err(|error| refused(&error, shown))?;
            upload.save(&mut scope).await.map_err(failed)?;
            upload.rows()
        }
    };
    scope.commit().await.map_err(failed)?;
    Ok(rows)
}

fn refused(error: &ImportError, shown: &str) -> Failure {
    let place = match error.path() {
        Some(field) => format!("{shown}: {field}"),
        None => shown.to_owned(),
    };
    Failure::bad_input(error.code(), error.to_string()).at(place)
}
