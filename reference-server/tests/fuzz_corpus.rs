//! Do the parsers of what comes in hold what their fuzz targets demand, on the committed corpus and on mutations of it,
//! without a fuzzing engine? The bodies are the very files that the targets run.

#![cfg(test)]
#![expect(
    unreachable_pub,
    reason = "the bodies are `pub` for their fuzz targets"
)]

#[path = "../../fuzz/bodies/import_table.rs"]
mod import_table;
#[path = "../../fuzz/bodies/ingest_body.rs"]
mod ingest_body;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use stratum_server::imports::{CustomerKind, CustomerUpload, Format, Table};

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("a corpus")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| fs::read(file).expect("a file"))
        .collect()
}

/// A cut, a swap of bytes or a piece put in, as often as asked.
fn mutated(mut bytes: Vec<u8>, changes: &[(usize, u8, u8)]) -> Vec<u8> {
    const PIECES: [&str; 12] = [
        "null",
        "-1",
        "1e999",
        "\"",
        "{",
        "]",
        ",",
        "NaN",
        "9999-12-31T23:59:59Z",
        "\\u0000",
        "\n",
        "0",
    ];
    for (place, kind, byte) in changes {
        let at = place % bytes.len().max(1);
        match kind % 3 {
            0 => bytes.truncate(at.max(1)),
            1 => {
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = *byte;
                }
            }
            _ => {
                let piece = PIECES[usize::from(*byte) % PIECES.len()];
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop::collection::vec((any::<usize>(), 1..=255_u8, any::<u8>()), 0..4)
}

/// A seed that is refused as it stands would only ever be tried as an error.
#[test]
fn seeds_of_touches_and_conversions_are_accepted_as_they_stand() {
    let now = "2026-11-25T12:00:00Z".parse().expect("a time");
    let mut rows = [0, 0];
    for seed in corpus("import_table") {
        import_table::run(&seed);
        for format in [Format::Csv, Format::Json] {
            let Ok(table) = Table::read(&seed, format) else {
                continue;
            };
            let kinds = [CustomerKind::Touchpoints, CustomerKind::Conversions];
            for (place, kind) in kinds.into_iter().enumerate() {
                rows[place] += CustomerUpload::read(kind, &table, now).map_or(0, |of| of.rows());
            }
        }
    }
    assert_eq!(rows, [5, 5]);
}

proptest! {
    #[test]
    fn bodies_of_tracking_libraries_hold(which in 0..3_usize, changes in changes()) {
        let corpus = corpus("ingest_body");
        ingest_body::run(&mutated(corpus[which % corpus.len()].clone(), &changes));
    }

    #[test]
    fn uploaded_files_hold(which in 0..10_usize, changes in changes()) {
        let corpus = corpus("import_table");
        import_table::run(&mutated(corpus[which % corpus.len()].clone(), &changes));
    }
}
