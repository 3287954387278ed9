//! Does the ledger grow without a gap, refuse every change, and name what was damaged?

use stratum_core::ledger::{Body, LiftRecord, Verifier};
use stratum_core::vocabulary::Timestamp;
use stratum_store::{Store, StoreError, TenantScope};

use super::world::{World, at, id};

fn lift(name: &str) -> Body {
    Body::Lift(LiftRecord {
        freeze: id(name),
        by: id("ana"),
    })
}

async fn append(world: &World, names: &[&str]) {
    for name in names {
        let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
        scope.append_entry(&lift(name), now()).await.unwrap();
        scope.commit().await.unwrap();
    }
}

fn now() -> Timestamp {
    at("2026-11-25T12:00:00.123456Z")
}

async fn verified(scope: &mut TenantScope, page: u32) -> Result<u64, String> {
    let mut verifier = Verifier::begin(scope.tenant());
    let mut last = 0;
    loop {
        let entries = scope
            .entries_after(last, page)
            .await
            .map_err(|error| error.to_string())?;
        let Some(newest) = entries.last() else {
            return Ok(last);
        };
        last = newest.seq;
        for entry in &entries {
            verifier
                .check(entry)
                .map_err(|broken| format!("{broken:?}"))?;
        }
    }
}

#[tokio::test]
async fn entries_are_linked_and_read_back_as_they_were_written() {
    let world = World::new().await;
    append(&world, &["a", "b", "c", "d", "e"]).await;
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    assert_eq!(verified(&mut scope, 2).await, Ok(5));
    let newest = scope.entries_before(None, 2).await.unwrap();
    assert_eq!(newest.iter().map(|e| e.seq).collect::<Vec<_>>(), [5, 4]);
    let older = scope.entries_before(Some(2), 9).await.unwrap();
    assert_eq!(older.iter().map(|e| e.seq).collect::<Vec<_>>(), [1]);
    assert_eq!(
        Body::read(&scope.entry(3).await.unwrap().unwrap()).unwrap(),
        lift("c")
    );
    assert!(scope.entry(6).await.unwrap().is_none());
    assert_eq!(scope.chain().await.unwrap().length(), 5);
}

#[tokio::test]
async fn a_scope_that_is_dropped_leaves_no_gap() {
    let world = World::new().await;
    append(&world, &["a"]).await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    scope.append_entry(&lift("lost"), now()).await.unwrap();
    drop(scope);
    append(&world, &["b"]).await;
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    assert_eq!(verified(&mut scope, 10).await, Ok(2));
}

#[tokio::test]
async fn writers_that_come_at_once_queue_up() {
    let world = World::new().await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..40 {
        let door = world.store.tenant(&world.north);
        writers.spawn(async move {
            let mut scope = door.begin().await.unwrap();
            scope
                .append_entry(&lift(&format!("f{n}")), now())
                .await
                .unwrap();
            scope.commit().await.unwrap();
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let mut scope = world.store.tenant(&world.north).read().await.unwrap();
    assert_eq!(verified(&mut scope, 7).await, Ok(40));
}

#[tokio::test]
async fn entries_that_do_not_follow_are_refused() {
    let world = World::new().await;
    append(&world, &["a", "b"]).await;
    let mut scope = world.store.tenant(&world.north).begin().await.unwrap();
    let entries = scope.entries_after(0, 10).await.unwrap();
    assert!(scope.append_linked(&entries).await.is_err());
    drop(scope);
    // Another tenant's ledger begins with another hash.
    let mut scope = world.store.tenant(&world.south).begin().await.unwrap();
    assert!(scope.append_linked(&entries).await.is_err());
}

/// Alters the file behind the store's back, as somebody with a database tool would.
async fn alter(file: &std::path::Path, sql: &'static str) -> Result<(), sqlx::Error> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let pool = sqlx::SqlitePool::connect_with(options).await?;
    let done = sqlx::raw_sql(sql).execute(&pool).await;
    pool.close().await;
    done.map(|_| ())
}

#[tokio::test]
async fn no_statement_changes_removes_or_skips_an_entry() {
    let world = World::new().await;
    append(&world, &["a", "b"]).await;
    let file = world.folder.path().join("stratum.db");
    for sql in [
        "UPDATE ledger SET body = '{}' WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = 2",
        "INSERT INTO ledger SELECT tenant, 9, at, kind, body, previous, hash FROM ledger WHERE seq = 1",
        "INSERT OR REPLACE INTO ledger SELECT tenant, 1, at, kind, '{}', previous, hash FROM ledger WHERE seq = 1",
    ] {
        assert!(alter(&file, sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn damage_behind_the_stores_back_is_named() {
    for (sql, told) in [
        (
            "UPDATE ledger SET body = replace(body, '\"c\"', '\"x\"') WHERE seq = 3",
            "3",
        ),
        ("UPDATE ledger SET hash = 'zz' WHERE seq = 3", "entry 3"),
        (
            "UPDATE ledger SET kind = 'nothing' WHERE seq = 3",
            "entry 3",
        ),
        (
            "UPDATE ledger SET body = CAST(x'ff22' AS TEXT) WHERE seq = 3",
            "entry 3",
        ),
    ] {
        let world = World::new().await;
        append(&world, &["a", "b", "c", "d"]).await;
        world.store.close().await;
        let file = world.folder.path().join("stratum.db");
        alter(&file, "DROP TRIGGER ledger_is_never_changed")
            .await
            .unwrap();
        alter(&file, sql).await.unwrap();
        let store = Store::open(&file).await.unwrap();
        let mut scope = store.tenant(&world.north).read().await.unwrap();
        let said = verified(&mut scope, 10).await.unwrap_err();
        assert!(said.contains(told), "{sql}: {said}");
    }
}

#[tokio::test]
async fn a_damaged_entry_has_its_own_error() {
    let world = World::new().await;
    append(&world, &["a"]).await;
    world.store.close().await;
    let file = world.folder.path().join("stratum.db");
    alter(&file, "DROP TRIGGER ledger_is_never_changed")
        .await
        .unwrap();
    alter(&file, "UPDATE ledger SET previous = '' WHERE seq = 1")
        .await
        .unwrap();
    let store = Store::open(&file).await.unwrap();
    let mut scope = store.tenant(&world.north).read().await.unwrap();
    let error = scope.entries_after(0, 1).await.unwrap_err();
    assert!(
        matches!(error, StoreError::DamagedEntry { seq: 1, .. }),
        "{error}"
    );
}
