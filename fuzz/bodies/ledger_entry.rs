//! Can an altered or hostile ledger entry stop the reader, or go unnoticed?
//!
//! Any bytes: no panic. An entry whose record reads: it is written and read again as it was, its chain verifies, and one
//! flipped bit of its body is found.

use stratum_core::ledger::{Body, Chain, Entry, Flaw, Replay, Verifier};
use stratum_core::vocabulary::TenantId;

/// Holds the demands against these bytes.
pub fn run(bytes: &[u8]) {
    let Ok(entry) = serde_json::from_slice::<Entry>(bytes) else {
        return;
    };
    let tenant = TenantId::new("north").expect("an id");
    // Whatever it claims, it is judged without stopping.
    let _ = Verifier::begin(&tenant).check(&entry);
    let _ = entry.computed_hash();
    let mut replay = Replay::as_recorded();
    let _ = replay.take(&entry);
    let Ok(body) = Body::read(&entry) else {
        return;
    };
    let written = body.write().expect("a record that was read can be written");
    let mut chain = Chain::begin(&tenant);
    let mut own = chain.append(&body, entry.at).expect("and appended");
    assert_eq!(own.body, written);
    let read = Body::read(&own).expect("and read again");
    assert_eq!(
        read.write().expect("and written again"),
        written,
        "one record has one form"
    );
    let mut verifier = Verifier::begin(&tenant);
    assert_eq!(verifier.check(&own), Ok(()));
    assert_eq!(verifier.head(), chain.head());

    // One bit of the body, at a place that the entry itself chooses.
    let place = usize::from(own.hash.as_bytes()[0]) * own.body.len() / 256;
    let mut altered = own.body.clone().into_bytes();
    altered[place] ^= 1;
    if let Ok(altered) = String::from_utf8(altered) {
        own.body = altered;
        let found = Verifier::begin(&tenant)
            .check(&own)
            .expect_err("an altered body is found");
        assert_eq!((found.seq, found.flaw), (1, Flaw::Contents));
    }
}
