//! Is everything that was acknowledged still there after `kill -9`, and nothing twice? Rounds of load, kill, restart, count.
//!
//! Five rounds by default; `STRATUM_DURABILITY_ROUNDS` asks for more.

#![cfg(test)]

#[path = "inbound/process.rs"]
mod process;
#[path = "inbound/world.rs"]
#[expect(dead_code, reason = "only the furnishing is used here")]
mod world;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use process::{Client, Server};
use stratum_core::vocabulary::{EventName, TenantId};
use stratum_server::clock::Clock;
use stratum_store::Store;

const CLIENTS: usize = 6;
const MESSAGES: usize = 40;

/// What the clients know: what was acknowledged, and what they never heard of again.
#[derive(Default)]
struct Heard {
    acknowledged: BTreeSet<String>,
    unanswered: Vec<Vec<String>>,
}

fn body(names: &[String], now: &str) -> String {
    let messages: Vec<String> = names
        .iter()
        .map(|name| {
            format!(
                r#"{{"type":"track","event":"Order Completed","userId":"u","messageId":"{name}",
                "timestamp":"{now}","properties":{{"order_id":"{name}","revenue":5,"currency":"EUR"}}}}"#
            )
        })
        .collect();
    format!(r#"{{"batch":[{}],"sentAt":"{now}"}}"#, messages.join(","))
}

/// Sends until it is told to stop or the connection breaks.
fn load(address: SocketAddr, prefix: &str, stop: &AtomicBool, heard: &Mutex<Heard>) {
    let now = Clock::System.now().to_rfc3339();
    let Some(mut client) = Client::connect(address) else {
        return;
    };
    for batch in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let names: Vec<String> = (0..MESSAGES)
            .map(|n| format!("{prefix}-{batch}-{n}"))
            .collect();
        let status = client.post("/v1/batch", &body(&names, &now));
        let mut heard = heard.lock().expect("a lock");
        match status {
            Some(200) => heard.acknowledged.extend(names),
            Some(503) => {}
            Some(other) => panic!("an answer of {other}"),
            None => {
                heard.unanswered.push(names);
                return;
            }
        }
    }
}

fn round(number: u64, folder: &Path, heard: &Arc<Mutex<Heard>>) {
    let server = Server::start(folder);
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (stop, heard, address) = (Arc::clone(&stop), Arc::clone(heard), server.address);
            std::thread::spawn(move || load(address, &format!("r{number}c{client}"), &stop, &heard))
        })
        .collect();
    // A different moment each round, so that the kill meets every stage of a commit sooner or later.
    std::thread::sleep(Duration::from_millis(120 + number * 37 % 400));
    server.kill();
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().expect("a client");
    }
    // Whoever heard nothing sends again, as the libraries do; so does one who had heard already.
    let server = Server::start(folder);
    let now = Clock::System.now().to_rfc3339();
    let mut client = Client::connect(server.address).expect("a connection");
    let mut heard = heard.lock().expect("a lock");
    let mut again = std::mem::take(&mut heard.unanswered);
    again.push(heard.acknowledged.iter().take(100).cloned().collect());
    for names in again.into_iter().filter(|names| !names.is_empty()) {
        assert_eq!(client.post("/v1/batch", &body(&names, &now)), Some(200));
        heard.acknowledged.extend(names);
    }
    server.kill();
}

async fn count(folder: &Path, tenant: &TenantId, heard: &Heard, number: u64) {
    let store = Store::open(&folder.join("stratum.db"))
        .await
        .expect("the store opens again");
    let mut scope = store.tenant(tenant).read().await.expect("a scope");
    let stored = scope.stored_messages().await.expect("a count");
    for name in &heard.acknowledged {
        let there = scope.is_stored(name).await.expect("an answer");
        assert!(
            there,
            "round {number}: {name} was acknowledged and is missing"
        );
    }
    let known = u64::try_from(heard.acknowledged.len()).expect("a count");
    assert_eq!(
        stored, known,
        "round {number}: something is there twice or was never sent"
    );
    let event = EventName::new("purchase").expect("a name");
    let now = Clock::System.now();
    let (from, to) = (
        now - chrono::TimeDelta::days(2),
        now + chrono::TimeDelta::hours(1),
    );
    let seen = scope
        .readings_window(&world::account(), &event, from, to)
        .await
        .expect("a window");
    let server = seen.conversions.server;
    assert_eq!(
        (server.events, server.repeated),
        (stored, 0),
        "round {number}: counted otherwise"
    );
    drop(scope);
    store.close().await;
}

fn rounds() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is asked for more rounds this way"
    )]
    let asked = std::env::var("STRATUM_DURABILITY_ROUNDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(5)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_and_nothing_is_counted_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("stratum.db"))
        .await
        .expect("a store");
    let tenant = world::furnish(&store).await;
    store.close().await;
    let heard = Arc::new(Mutex::new(Heard::default()));
    let rounds = rounds();
    for number in 0..rounds {
        let (path, shared) = (folder.path().to_owned(), Arc::clone(&heard));
        tokio::task::spawn_blocking(move || round(number, &path, &shared))
            .await
            .expect("a round");
        let so_far = std::mem::take(&mut *heard.lock().expect("a lock"));
        count(folder.path(), &tenant, &so_far, number).await;
        *heard.lock().expect("a lock") = so_far;
    }
    let acknowledged = heard.lock().expect("a lock").acknowledged.len();
    println!(
        "{rounds} rounds of kill -9: {acknowledged} events acknowledged, none missing, none counted twice"
    );
    assert!(acknowledged > 0);
}
