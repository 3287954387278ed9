//! `stratum example`: what does a document look like? Commented samples that `review` and `replay` take as they are.

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
const POLICY: &str = include_str!("example/policy.toml");

pub(super) fn run(arguments: &ExampleArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let text = match arguments.sample {
        Sample::Evidence => EVIDENCE.to_owned(),
        Sample::Proposal => PROPOSAL.to_owned(),
        Sample::Policy => POLICY.to_owned(),
    };
    if arguments.json {
        let failed = |error: &dyn std::fmt::Display| Failure::outside("output.failed", error);
        let value = match arguments.sample {
            Sample::Policy => {
                let baseline = Policy::baseline_2026_11().map_err(|error| failed(&error))?;
                serde_json::to_value(baseline.settings()).map_err(|error| failed(&error))?
            }
            Sample::Evidence | Sample::Proposal => {
                toml::from_str::<serde_json::Value>(&text).map_err(|error| failed(&error))?
            }
        };
        let pretty = serde_json::to_string_pretty(&value).map_err(|error| failed(&error))?;
        writeln!(streams.out, "{pretty}")?;
    } else {
        streams.out.write_all(text.as_bytes())?;
    }
    Ok(exit::OK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stratum_core::trust::{Evidence, PolicySettings, Proposal};

    #[test]
    fn the_samples_are_what_they_say() {
        toml::from_str::<Evidence>(EVIDENCE).unwrap();
        toml::from_str::<Proposal>(PROPOSAL).unwrap();
        let settings: PolicySettings = toml::from_str(POLICY).unwrap();
        let baseline = Policy::baseline_2026_11().unwrap();
        assert_eq!(
            &settings,
            baseline.settings(),
            "the sample is the baseline, number for number"
        );
    }
}
