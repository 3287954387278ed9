//! Do the official clients of Segment and RudderStack, as published, reach the server, and do their events become counts?
//!
//! The clients are installed by whoever runs the test, who says where; the programs that use them are in `clients/`.

#![cfg(test)]

#[path = "inbound/process.rs"]
#[expect(dead_code, reason = "the clients speak for themselves")]
mod process;
#[path = "inbound/world.rs"]
#[expect(dead_code, reason = "only the furnishing is used here")]
mod world;

use std::path::{Path, PathBuf};
use std::process::Command;

use process::Server;
use stratum_core::vocabulary::{EventName, Platform};
use stratum_server::clock::Clock;
use stratum_store::{ReadingsWindow, Store};

const NEEDED: &str = "set STRATUM_TEST_PYTHON to a Python with clients/requirements.txt installed and \
                      STRATUM_TEST_NODE_MODULES to a folder with clients/package.json installed";

fn place(name: &str) -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever installed the clients says where"
    )]
    let found = std::env::var_os(name);
    PathBuf::from(found.expect(NEEDED))
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {said}{}",
        String::from_utf8_lossy(&output.stdout)
    );
    println!("{command:?}: sent");
}

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(name)
}

async fn counted(folder: &Path, event: &str) -> ReadingsWindow {
    let store = Store::open(&folder.join("stratum.db"))
        .await
        .expect("the store opens");
    let tenant = store
        .operator()
        .tenants()
        .await
        .expect("tenants")
        .remove(0)
        .id;
    let mut scope = store.tenant(&tenant).read().await.expect("a scope");
    let now = Clock::System.now();
    let (from, to) = (
        now - chrono::TimeDelta::hours(3),
        now + chrono::TimeDelta::hours(1),
    );
    let name = EventName::new(event).expect("a name");
    scope
        .readings_window(&world::account(), &name, from, to)
        .await
        .expect("a window")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the published clients: STRATUM_TEST_PYTHON and STRATUM_TEST_NODE_MODULES"]
async fn the_published_clients_reach_the_server_unmodified() {
    let (python, modules) = (
        place("STRATUM_TEST_PYTHON"),
        place("STRATUM_TEST_NODE_MODULES"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("stratum.db"))
        .await
        .expect("a store");
    world::furnish(&store).await;
    store.close().await;
    let server = Server::start(folder.path());
    let url = format!("http://{}", server.address);

    run(Command::new(&python)
        .arg(program("send_segment.py"))
        .args([&url, "shop-key"]));
    let seen = counted(folder.path(), "purchase").await;
    let (browser, server_side) = (seen.conversions.browser, seen.conversions.server);
    assert_eq!(
        (server_side.events, browser.events, seen.matched()),
        (10, 5, 5)
    );
    assert_eq!(seen.records.schema_violations, 0);
    assert_eq!(seen.key_counts(Platform::Meta).email, 15);
    for event in ["$identify", "$page", "$group", "$alias"] {
        assert_eq!(
            counted(folder.path(), event)
                .await
                .conversions
                .server
                .events,
            1,
            "{event}"
        );
    }
    // The same again with compression: other messages, the same conversions.
    run(Command::new(&python)
        .arg(program("send_segment.py"))
        .args([&url, "shop-key", "gzip"]));
    let seen = counted(folder.path(), "purchase").await;
    assert_eq!(
        (
            seen.conversions.server.events,
            seen.conversions.server.repeated
        ),
        (20, 10)
    );
    assert_eq!(seen.matched(), 5);

    run(Command::new(&python)
        .arg(program("send_rudder.py"))
        .args([&url, "shop-key"]));
    let seen = counted(folder.path(), "purchase").await;
    assert_eq!(seen.conversions.server.conversions(), 20);
    assert_eq!(seen.key_counts(Platform::Meta).phone, 10);

    run(Command::new("node")
        .arg(program("send_segment.mjs"))
        .arg(&modules)
        .args([&url, "shop-key"]));
    let seen = counted(folder.path(), "purchase").await;
    assert_eq!(seen.conversions.server.conversions(), 30);
    assert_eq!(seen.key_counts(Platform::Google).click_id, 10);
}
