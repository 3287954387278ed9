//! Can a body from a tracking library become events that nobody sent, or a clock that nobody has?
//!
//! Any bytes, packed or not: no panic, and never more inside than the limit. A body that is read as a batch: read again it
//! gives the same events, each with a payload that is JSON and a moment that can be counted under.

use stratum_core::vocabulary::Timestamp;
use stratum_server::ingest::{
    Arrival, IngestError, Kind, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, Plausible, batch, parsed,
    single, unpacked,
};
use stratum_store::Channel;

/// Holds the demands against these bytes: the first one says how they are packed.
pub fn run(bytes: &[u8]) {
    let Some((packing, body)) = bytes.split_first() else {
        return;
    };
    let encoding = (packing % 2 == 1).then_some("gzip");
    let Ok(inside) = unpacked(body, encoding, MAX_BATCH_BYTES, IngestError::BatchTooLarge) else {
        return;
    };
    assert!(inside.len() <= MAX_BATCH_BYTES);
    let received_at: Timestamp = "2026-11-25T12:00:00Z".parse().expect("a time");
    let arrival = Arrival {
        received_at,
        channel: Channel::Browser,
        plausible: Plausible::USUAL,
    };
    let Ok(fields) = parsed(&inside) else {
        return;
    };
    for kind in Kind::ALL {
        if let Err(error) = single(kind, fields.clone(), &arrival) {
            assert!(error.code().starts_with("ingest."));
        }
    }
    let Ok(events) = batch(fields.clone(), &arrival) else {
        return;
    };
    assert!(events.len() <= MAX_BATCH_EVENTS);
    assert_eq!(
        batch(fields, &arrival).as_ref(),
        Ok(&events),
        "the same body, the same events"
    );
    for event in events {
        assert!(event.counted_at <= received_at);
        assert!(received_at - event.counted_at <= Plausible::USUAL.oldest);
        assert!(!event.message.is_empty());
        parsed(event.payload.as_bytes()).expect("a payload is a JSON object");
    }
}
