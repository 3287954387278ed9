//! `stratum example`: what does a document look like? Commented samples that `review` and `replay` take as they are.

mod policy_sample;

use std::io::Write as _;

use clap::{Args, ValueEnum};
use stratum_core::trust::Policy;

use super::{Failure, Streams, exit};

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
}

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
            let text = if sample == Sample::Evidence {
                EVIDENCE
            } else {
                PROPOSAL
            };
            if as_json {
                pretty(text).map_err(|error| failed(&error))?
            } else {
                text.to_owned()
            }
        }
    };
    writeln!(streams.out, "{}", text.trim_end())?;
    Ok(exit::OK)
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
