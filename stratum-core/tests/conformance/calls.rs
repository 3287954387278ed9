//! Which function does a call mean? The table from names to the idiomatic functions of this language.
//!
//! Not here: expected answers.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stratum_core::ledger::{Chain, Entry, EntryKind, Verifier};
use stratum_core::signal::Curve;
use stratum_core::trust::Proposal;
use stratum_core::vocabulary::{Currency, Money, TenantId, Timestamp};
use stratum_core::wire::{self, HealthCall, Refusal, ReviewCall};

/// The answer, or the refusal, as data.
pub(crate) fn answer(call: &str, input: &Value) -> Result<Value, Value> {
    match call {
        "health" => said(wire::health(&read::<HealthCall>(input)?)),
        "review" => said(wire::review(read::<ReviewCall>(input)?)),
        "attribute" => said(wire::attribute(&read(input)?)),
        "attribute_journeys" => said(wire::attribute_journeys(&read(input)?)),
        "intervals" => said(wire::intervals(&read(input)?)),
        "journey_intervals" => said(wire::journey_intervals(&read(input)?)),
        "agreement" => said(wire::agreement(&read(input)?)),
        "ordered_shapley" => said(wire::ordered_shapley(&read(input)?)),
        "place_intervals" => said(wire::place_intervals(&read(input)?)),
        "choose_order" => said(wire::choose_order(&read(input)?)),
        "path_shares" => said(wire::path_shares(&read(input)?)),
        "apportion" => said(wire::apportion(&read(input)?)),
        "journeys" => said(wire::journeys(&read(input)?)),
        "hazard" => said(wire::hazard(&read(input)?)),
        "calibrate" => said(wire::calibrate(&read(input)?)),
        "compare" => said(wire::compare(&read(input)?)),
        "deduplicate" => said(wire::deduplicate(&read(input)?)),
        "histories" => said(wire::histories(&read(input)?)),
        "lifetime_fit" => said(wire::lifetime_fit(&read(input)?)),
        "lifetime_predict" => said(wire::lifetime_predict(&read(input)?)),
        "rfm" => said(wire::rfm(&read(input)?)),
        "retention" => said(wire::retention(&read(input)?)),
        "profit" => said(wire::profit(&read(input)?)),
        "sample_ratio" => said(wire::sample_ratio(&read(input)?)),
        "compare_arms" => said(wire::compare_arms(&read(input)?)),
        "curve" => Ok(curve(&read(input)?)),
        "money" => money(&read(input)?),
        "currency" => currency(&read(input)?),
        "proposal_digest" => {
            Ok(json!({ "digest": read::<ProposalDigest>(input)?.proposal.digest() }))
        }
        "ledger_append" => Ok(ledger_append(read(input)?)),
        "ledger_verify" => Ok(ledger_verify(&read(input)?)),
        other => panic!("no call `{other}`"),
    }
}

fn said<T: Serialize>(answer: Result<T, Refusal>) -> Result<Value, Value> {
    answer
        .map(|answer| written(&answer))
        .map_err(|refusal| written(&refusal))
}

fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// What cannot be read is refused with the path to the field.
fn read<T: DeserializeOwned>(input: &Value) -> Result<T, Value> {
    serde_path_to_error::deserialize(input).map_err(|error| {
        json!({ "code": "call.malformed", "path": error.path().to_string(), "message": error.inner().to_string() })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CurveCall {
    curve: Curve,
    values: Vec<f64>,
    scores: Vec<f64>,
}

fn curve(call: &CurveCall) -> Value {
    json!({
        "scores": call.values.iter().map(|value| call.curve.score(*value).value()).collect::<Vec<_>>(),
        "values_reaching": call.scores.iter().map(|score| call.curve.value_reaching(*score)).collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyCall {
    amount: String,
    currency: String,
}

fn money(call: &MoneyCall) -> Result<Value, Value> {
    let parsed = Money::parse(&call.amount, &call.currency);
    parsed
        .map(|money| written(&money))
        .map_err(|error| json!({ "code": error.code() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CurrencyCall {
    currency: String,
}

fn currency(call: &CurrencyCall) -> Result<Value, Value> {
    let parsed = call.currency.parse::<Currency>();
    parsed
        .map(|currency| json!({ "exponent": currency.exponent() }))
        .map_err(|error| json!({ "code": error.code() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProposalDigest {
    proposal: Proposal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Append {
    tenant: TenantId,
    records: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: EntryKind,
    body: String,
    now: Timestamp,
}

fn ledger_append(call: Append) -> Value {
    let mut chain = Chain::begin(&call.tenant);
    let entries: Vec<Entry> = call
        .records
        .into_iter()
        .map(|record| chain.append_written(record.kind, record.body, record.now))
        .collect();
    json!({ "entries": entries, "head": chain.head(), "length": chain.length() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    tenant: TenantId,
    entries: Vec<Entry>,
}

fn ledger_verify(call: &Verify) -> Value {
    let mut verifier = Verifier::begin(&call.tenant);
    let broken = call
        .entries
        .iter()
        .find_map(|entry| verifier.check(entry).err());
    json!({
        "intact": broken.is_none(),
        "fitting": verifier.seen(),
        "head": verifier.head(),
        "first_bad": broken.map(|broken| json!({ "seq": broken.seq, "flaw": broken.flaw })),
    })
}
