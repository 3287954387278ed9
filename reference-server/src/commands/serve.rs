//! `stratum serve`: answers for what is in a folder, on this machine only.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use stratum_connectors::fake_ad_platform::FakeAdPlatform;
use stratum_store::Store;

use super::{Failure, Streams, exit};
use crate::clock::Clock;
use crate::config::{Config, DEFAULT_DATA, DEFAULT_LISTEN, Environment, listen_address};
use crate::desk::{CALL_LIMIT, Desk};
use crate::http::{AppState, dashboard, router};
use crate::running::background;
use crate::running::data_folder::{self, FolderError};
use crate::running::serving::{LOCAL_ONLY, listen, serve};
use crate::running::telemetry;

/// Where to listen and where the data is.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The address to listen on: this machine only; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder with the database [default: stratum-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `stratum serve` takes.
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// Carry passed proposals out on the fake ad platform at this address; without it they are only recorded
    #[arg(long, value_name = "URL")]
    platform: Option<String>,
}

impl Place {
    /// The configuration: the command line first, then the environment, then the defaults.
    pub(super) fn config(&self, environment: &Environment) -> Result<Config, Failure> {
        let listen = match self.listen.as_ref().or(environment.listen.as_ref()) {
            Some(text) => listen_address(text).map_err(|error| {
                Failure::bad_input("listen.refused", error.to_string()).at("--listen")
            })?,
            None => DEFAULT_LISTEN,
        };
        let data = self.data.clone().or_else(|| environment.data.clone());
        Ok(Config::of(
            listen,
            data.unwrap_or_else(|| PathBuf::from(DEFAULT_DATA)),
        ))
    }
}

/// A folder that cannot be opened, as a failure of the command.
pub(super) fn unopened(folder: &Path, error: &FolderError) -> Failure {
    let at = folder.display().to_string();
    match error {
        FolderError::NotFound => Failure::not_found(error.code(), error.to_string()).at(at),
        FolderError::Unusable(_) | FolderError::Store(_) => {
            Failure::outside(error.code(), error).at(at)
        }
    }
}

/// A runtime for commands that work with the store.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::outside("runtime.failed", &error))
}

pub(super) fn run(arguments: &ServeArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let environment = Environment::read();
    let config = arguments.place.config(&environment)?;
    telemetry::start(environment.log.as_deref());
    runtime()?.block_on(async {
        let store = data_folder::open_or_make(&config.data)
            .await
            .map_err(|error| unopened(&config.data, &error))?;
        let desk = connected(Desk::new(store.clone(), Clock::System), arguments)?;
        tokio::spawn(background::work(desk.clone()));
        answer(config, desk, store, streams).await
    })
}

fn connected(desk: Desk, arguments: &ServeArguments) -> Result<Desk, Failure> {
    let Some(address) = &arguments.platform else {
        return Ok(desk);
    };
    // The fake platform is reached without encryption: never anywhere but on this machine.
    let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    if !local.iter().any(|start| address.starts_with(start)) {
        let detail = "the fake ad platform runs on this machine, such as http://127.0.0.1:4010";
        return Err(Failure::bad_input("platform.not_local", detail).at("--platform"));
    }
    let client = FakeAdPlatform::new(address, CALL_LIMIT)
        .map_err(|error| Failure::outside("platform.unusable", &error))?;
    Ok(desk.connected_to(Arc::new(client)))
}

/// Listens, says where, and answers until told to stop.
pub(super) async fn answer(
    config: Config,
    desk: Desk,
    store: Store,
    streams: &mut Streams,
) -> Result<u8, Failure> {
    let asked = config.listen;
    let (listener, address) = listen(asked)
        .await
        .map_err(|error| Failure::outside("listen.failed", &error).at(asked.to_string()))?;
    let app = router(AppState::new(
        Config {
            listen: address,
            ..config
        },
        desk,
    ));
    writeln!(streams.out, "listening on http://{address}")?;
    writeln!(streams.out, "{LOCAL_ONLY}")?;
    if !dashboard::is_built() {
        writeln!(
            streams.out,
            "the dashboard was not built: `cargo xtask demo` builds it"
        )?;
    }
    streams.out.flush()?;
    serve(listener, app)
        .await
        .map_err(|error| Failure::outside("listen.failed", &error))?;
    store.close().await;
    Ok(exit::OK)
}
