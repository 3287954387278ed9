//! `stratum demo`: a simulated advertiser to look at; made once, then served and lived on.

use std::io::Write as _;

use clap::Args;
use stratum_core::vocabulary::Timestamp;

use super::moment::moment;
use super::serve::{Place, answer, runtime, unopened};
use super::{Failure, Streams};
use crate::clock::{Clock, Stopwatch};
use crate::config::Environment;
use crate::demo::DemoError;
use crate::demo::build::build;
use crate::demo::plan::{DemoPlan, NAME};
use crate::running::background;
use crate::running::data_folder;
use crate::running::telemetry;

/// What `stratum demo` takes.
#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    #[command(flatten)]
    place: Place,
    /// Where all chance comes from
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How many days of history to simulate, 14 to 366
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// When that history ends, such as 2026-11-25T12:00:00Z; now when left out
    #[arg(long, value_name = "TIME", value_parser = moment)]
    end: Option<Timestamp>,
    /// Make the demo and stop, without serving it
    #[arg(long)]
    only_make: bool,
}

pub(super) fn run(arguments: &DemoArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let environment = Environment::read();
    let config = arguments.place.config(&environment)?;
    telemetry::start(environment.log.as_deref());
    let end = arguments.end.unwrap_or_else(|| Clock::System.now());
    let plan = DemoPlan::ending_at(end, arguments.seed, arguments.days)
        .map_err(|error| Failure::bad_input(error.code(), error.to_string()).at("--days"))?;
    runtime()?.block_on(async {
        let store = data_folder::open_or_make(&config.data)
            .await
            .map_err(|error| unopened(&config.data, &error))?;
        let took = Stopwatch::start();
        let err = &mut streams.err;
        let ready = build(store.clone(), &config.data, plan, |percent| {
            if percent % 10 == 0 {
                // Progress is for whoever watches; when nobody does, the work goes on.
                let _ = writeln!(err, "simulating {NAME}: {percent:>3} %");
            }
        })
        .await
        .map_err(|error| failed(&error))?;
        let seconds = took.elapsed().as_secs();
        let now = ready.living.progress().now();
        let _ = writeln!(
            streams.err,
            "{NAME} is ready ({seconds} s); its time is {now}"
        );
        if arguments.only_make {
            store.close().await;
            return Ok(super::exit::OK);
        }
        let _platform = ready.platform;
        tokio::spawn(background::live(ready.desk.clone(), ready.living));
        answer(config, ready.desk, store, streams).await
    })
}

fn failed(error: &DemoError) -> Failure {
    Failure::outside(error.code(), error)
}
