//! `stratum example`: what does a document look like? Commented samples that `review` and `replay` take as they are.
//!
//! Their times are moved so that the readings end at the moment of printing: a sample that was already stale would hold.

mod policy_sample;

use std::io::Write as _;

use clap::{Args, ValueEnum};
use stratum_core::trust::Policy;
use stratum_core::vocabulary::Timestamp;

use super::moment::moment;
use super::{Failure, Streams, exit};
use crate::clock::Clock;

/// Which sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sample {
    /// What is known about an account
    Evidence,
    /// What somebody wants to do
    Proposal,
    /// What a tenant allows
    Policy,
}

/// What `stratum example` takes.
#[derive(Debug, Args)]
pub(super) struct ExampleArguments {
    /// Which sample
    sample: Sample,
    /// Print it as JSON, without comments
    #[arg(long)]
    json: bool,
    /// The moment at which the readings end, such as 2026-11-25T12:00:00Z; now when left out
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
}

/// The moment at which the readings of the samples end.
const WRITTEN_AT: &str = "2026-11-25T12:00:00Z";
const EVIDENCE: &str = include_str!("example/evidence.toml");
const PROPOSAL: &str = include_str!("example/proposal.toml");

pub(super) fn run(arguments: &ExampleArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::outside("output.failed", error);
    let baseline = || Policy::baseline_2026_11().map_err(|error| failed(&error));
    let text = match (arguments.sample, arguments.json) {
        (Sample::Policy, true) => {
            serde_json::to_string_pretty(baseline()?.settings()).map_err(|error| failed(&error))?
        }
        (Sample::Policy, false) => policy_sample::written(baseline()?.settings())
            .ok_or_else(|| failed(&"the baseline does not encode"))?,
        (sample, as_json) => {
            let text = moved(
                if sample == Sample::Evidence {
                    EVIDENCE
                } else {
                    PROPOSAL
                },
                arguments.now.unwrap_or_else(|| Clock::System.now()),
            );
            if as_json {
                pretty(&text).map_err(|error| failed(&error))?
            } else {
                text
            }
        }
    };
    writeln!(streams.out, "{}", text.trim_end())?;
    Ok(exit::OK)
}

/// A sample with every time in quotes moved by as much as lies between the day it was written on and `now`.
fn moved(sample: &str, now: Timestamp) -> String {
    let Ok(written) = WRITTEN_AT.parse::<Timestamp>() else {
        return sample.to_owned();
    };
    let by = now - written;
    let move_one = |text: &str| match text.parse::<Timestamp>() {
        Ok(at) => (at + by).to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        Err(_) => text.to_owned(),
    };
    sample
        .split('"')
        .map(move_one)
        .collect::<Vec<_>>()
        .join("\"")
}

/// A sample as JSON, without its comments.
fn pretty(text: &str) -> Result<String, String> {
    let value: serde_json::Value = toml::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use stratum_core::trust::{Evidence, PolicySettings, Proposal};

    #[test]
    fn the_samples_are_what_they_say() {
        toml::from_str::<Evidence>(EVIDENCE).unwrap();
        toml::from_str::<Proposal>(PROPOSAL).unwrap();
        let later = "2027-03-01T09:30:00Z".parse().unwrap();
        let text = moved(PROPOSAL, later);
        assert!(
            text.contains("made_at = \"2027-03-01T09:28:00Z\""),
            "{text}"
        );
        toml::from_str::<Proposal>(&text).unwrap();
        let baseline = Policy::baseline_2026_11().unwrap();
        let text = policy_sample::written(baseline.settings()).unwrap();
        let settings: PolicySettings = toml::from_str(&text).unwrap();
        assert_eq!(
            &settings,
            baseline.settings(),
            "the sample is the baseline, number for number"
        );
    }
}
