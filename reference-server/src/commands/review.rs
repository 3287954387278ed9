//! `stratum review`: what would the gate say? Evidence and a proposal in, the verdict with its reasons out.
//!
//! It answers and records nothing; the permit, if there is one, ends here.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use stratum_core::trust::{Evidence, LedgerView, Policy, Proposal};
use stratum_core::vocabulary::{Digest, Money, PolicyVersion, Timestamp};
use stratum_core::wire::{self, Refusal, ReviewAnswer, ReviewCall, VerdictKind};

use super::moment::moment;
use super::{Failure, Streams, document, exit};
use crate::clock::Clock;

/// What `stratum review` takes.
#[derive(Debug, Args)]
pub(super) struct ReviewArguments {
    /// What is known: a .json or .toml file, - for standard input (see `stratum example evidence`)
    #[arg(long, value_name = "FILE")]
    evidence: PathBuf,
    /// What is proposed (see `stratum example proposal`)
    #[arg(long, value_name = "FILE")]
    proposal: PathBuf,
    /// Under which policy; the baseline of November 2026 when left out (see `stratum example policy`)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// What the ledger says (applied changes, freezes, approvals, status memory); empty when left out
    #[arg(long, value_name = "FILE")]
    view: Option<PathBuf>,
    /// The moment to judge by, such as 2026-11-25T12:00:00Z; now when left out
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ReviewArguments, streams: &mut Streams) -> Result<u8, Failure> {
    let from_stdin = [Some(&arguments.evidence), Some(&arguments.proposal)]
        .into_iter()
        .chain([arguments.policy.as_ref(), arguments.view.as_ref()])
        .flatten()
        .filter(|path| path.as_os_str() == "-")
        .count();
    if from_stdin > 1 {
        let detail = "only one document can be read from standard input";
        return Err(Failure::bad_input("input.stdin_twice", detail));
    }
    let evidence: Evidence = document::read(&arguments.evidence, streams)?;
    let proposal: Proposal = document::read(&arguments.proposal, streams)?;
    let policy = match &arguments.policy {
        Some(path) => document::policy(path, streams)?,
        None => {
            Policy::baseline_2026_11().map_err(|error| Failure::outside(error.code(), &error))?
        }
    };
    let view: Option<LedgerView> = arguments
        .view
        .as_ref()
        .map(|path| document::read(path, streams))
        .transpose()?;
    let now = arguments.now.unwrap_or_else(|| Clock::System.now());
    let call = ReviewCall {
        proposal: proposal.clone(),
        evidence,
        policy: Some(policy.settings().clone()),
        view,
        now,
    };
    let answer = wire::review(call).map_err(|refusal| refused(refusal, &arguments.evidence))?;
    let judged_by = PolicyName {
        version: &policy.settings().version,
        digest: policy.digest(),
    };
    if arguments.json {
        let answer = &answer;
        let policy = judged_by;
        writeln!(streams.out, "{}", json(&Answered { answer, policy })?)?;
    } else {
        write_for_people(&proposal, &answer, &mut streams.out)?;
        let (version, digest) = (judged_by.version, judged_by.digest);
        let named = if arguments.policy.is_some() {
            ""
        } else {
            "; no --policy was named"
        };
        writeln!(streams.out, "policy  {version}, digest {digest}{named}")?;
    }
    Ok(match answer.verdict {
        VerdictKind::Pass => exit::OK,
        VerdictKind::Hold => exit::HOLD,
        VerdictKind::Block => exit::BLOCK,
    })
}

/// Under which policy it was judged.
#[derive(Debug, Serialize)]
struct PolicyName<'a> {
    version: &'a PolicyVersion,
    digest: Digest,
}

#[derive(Debug, Serialize)]
struct Answered<'a> {
    #[serde(flatten)]
    answer: &'a ReviewAnswer,
    policy: PolicyName<'a>,
}

/// What the core refuses, with the name of the file it stands in: the policy was checked before, so it is the evidence.
fn refused(refusal: Refusal, evidence: &Path) -> Failure {
    let field = refusal.path.strip_prefix("evidence.");
    let field = field.unwrap_or(&refusal.path);
    let place = format!("{}: {field}", evidence.display());
    Failure::bad_input(refusal.code, refusal.message).at(place)
}

/// Canonical JSON on one line: the same input gives the same bytes.
fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::outside("output.failed", &error))
}

fn write_for_people(
    proposal: &Proposal,
    answer: &ReviewAnswer,
    out: &mut dyn Write,
) -> io::Result<()> {
    let verdict = answer.verdict.as_str().to_uppercase();
    let action = &proposal.action;
    let amount = |money: Option<Money>| money.map_or_else(|| "?".to_owned(), |m| m.to_string());
    writeln!(
        out,
        "{verdict}  {} of {} in {}: {} -> {}",
        action.kind(),
        action.campaign(),
        proposal.account,
        amount(action.before()),
        amount(action.after()),
    )?;
    let health = &answer.health;
    let score = health
        .score
        .map_or_else(|| "unknown".to_owned(), |score| format!("{score:.1}"));
    writeln!(
        out,
        "health  {}, score {score}, between {:.1} and {:.1}, {:.0} % measured; required {:.1}",
        health.status.as_str(),
        health.low,
        health.high,
        health.coverage * 100.0,
        answer.required,
    )?;
    for reason in &answer.reasons {
        writeln!(out, "because {}", described(reason, "code"))?;
    }
    for change in &answer.would_pass_if {
        writeln!(out, "would pass if {}", described(change, "kind"))?;
    }
    Ok(())
}

/// A reason or a change as its name with its parameters.
fn described<T: serde::Serialize>(value: &T, name: &str) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(value) else {
        return String::new();
    };
    let name = fields
        .remove(name)
        .and_then(|name| name.as_str().map(str::to_owned));
    let parameters = match fields.remove("params") {
        Some(Value::Object(parameters)) => parameters,
        _ => fields,
    };
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(key, value)| format!("{key} {}", plain(value)))
        .collect();
    let name = name.unwrap_or_default();
    if parameters.is_empty() {
        name
    } else {
        format!("{name}: {}", parameters.join(", "))
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => number
            .as_f64()
            .map_or_else(String::new, |n| format!("{n:.3}")),
        Value::Object(fields) => fields.values().map(plain).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
