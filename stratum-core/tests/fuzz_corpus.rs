//! Do the parsers hold what the fuzz targets demand, on the committed corpus and on mutations of it, without a fuzzing
//! engine? The bodies are the very files that the targets run.
//!
//! Not here: long runs. `fuzz/README.md` says how.

#![cfg(test)]

#[path = "../../fuzz/bodies/attribution_paths.rs"]
pub mod attribution_paths;
#[path = "../../fuzz/bodies/evidence_check.rs"]
pub mod evidence_check;
#[path = "../../fuzz/bodies/ledger_entry.rs"]
pub mod ledger_entry;
#[path = "../../fuzz/bodies/money_and_ids.rs"]
pub mod money_and_ids;
#[path = "../../fuzz/bodies/policy_settings.rs"]
pub mod policy_settings;
#[path = "../../fuzz/bodies/wire_review.rs"]
pub mod wire_review;

use std::fs;
use std::path::Path;

use serde_json::Value;
use stratum_core::numeric::Chance;

const MUTATIONS_EACH: usize = 60;

/// What hostile or broken senders write where something else is expected.
const NASTY: [&str; 24] = [
    "null",
    "0",
    "-0.0",
    "-1",
    "1",
    "1e308",
    "5e-324",
    "18446744073709551615",
    "9007199254740993",
    "4294967296",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"0\"",
    "\"79228162514264337593543950335\"",
    "\"0.0000000000000000000000000001\"",
    "\"-1000000000000\"",
    "\"EUR\"",
    "\"JPY\"",
    "\"2026-11-25T12:05:00Z\"",
    "\"2026-06-30T23:59:60Z\"",
    "\"+262142-12-31T23:59:59Z\"",
    "\"-262143-01-01T00:00:00Z\"",
];

/// Bytes that mean something to a parser.
const MARKS: &[u8] = b"0123456789-+.eE\"{}[],:\\\n";

/// Runs a body over its corpus, each file as it is and mutated.
fn hold(name: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("a corpus")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() >= 3, "{name}: the corpus has shrunk");
    for (stream, file) in (0_u64..).zip(&files) {
        let bytes = fs::read(file).expect("a readable seed");
        run(&bytes);
        let mut chance = Chance::new(20_261_125, stream);
        for _ in 0..MUTATIONS_EACH {
            run(&by_value(&bytes, &mut chance).unwrap_or_else(|| by_byte(&bytes, &mut chance)));
            run(&by_byte(&bytes, &mut chance));
        }
    }
}

/// One to three leaves or branches of the JSON exchanged for something nasty; none when it is no JSON.
fn by_value(bytes: &[u8], chance: &mut Chance) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    for _ in 0..=chance.index(3) {
        let mut at = &mut value;
        loop {
            let stop = chance.happens(0.08);
            let count = match at {
                Value::Object(map) => map.len(),
                Value::Array(list) => list.len(),
                _ => 0,
            };
            if stop || count == 0 {
                break;
            }
            let chosen = chance.index(count);
            at = match at {
                Value::Object(map) => map.values_mut().nth(chosen)?,
                Value::Array(list) => list.get_mut(chosen)?,
                _ => break,
            };
        }
        *at = serde_json::from_str(NASTY[chance.index(NASTY.len())]).expect("JSON");
    }
    serde_json::to_vec(&value).ok()
}

/// Bytes flipped, cut out, doubled, or the end cut off.
fn by_byte(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut mutated = bytes.to_vec();
    for _ in 0..=chance.index(3) {
        if mutated.is_empty() {
            break;
        }
        let place = chance.index(mutated.len());
        match chance.index(5) {
            0 => mutated[place] ^= 1 << chance.index(8),
            1 => {
                mutated.remove(place);
            }
            2 => mutated.insert(place, MARKS[chance.index(MARKS.len())]),
            3 => mutated.truncate(place),
            _ => {
                let end = (place + chance.index(40)).min(mutated.len());
                let again = mutated[place..end].to_vec();
                mutated.extend(again);
            }
        }
    }
    mutated
}

#[test]
fn fast_models_of_attribution_say_what_slow_ones_say() {
    hold("attribution_paths", attribution_paths::run);
}

#[test]
fn evidence_gives_a_sound_health_or_is_refused() {
    hold("evidence_check", evidence_check::run);
}

#[test]
fn ledger_entries_read_back_and_alterations_are_found() {
    hold("ledger_entry", ledger_entry::run);
}

#[test]
fn amounts_and_ids_have_one_written_form() {
    hold("money_and_ids", money_and_ids::run);
}

#[test]
fn settings_become_a_sound_policy_or_are_refused() {
    hold("policy_settings", policy_settings::run);
}

#[test]
fn review_calls_give_one_answer_or_one_refusal() {
    hold("wire_review", wire_review::run);
}
