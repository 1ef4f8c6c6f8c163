use expect_test::expect_file;
use sqlx::{Executor, Row};

use super::*;

/// Rows as a store of each schema version may hold them: written after that version's step was applied.
const ROWS: [&str; 4] = [
    include_str!("../../../fixtures/store/rows-v1.sql"),
    include_str!("../../../fixtures/store/rows-v2.sql"),
    include_str!("../../../fixtures/store/rows-v3.sql"),
    include_str!("../../../fixtures/store/rows-v4.sql"),
];

#[tokio::test]
async fn every_step_applies_to_a_database_that_holds_data() {
    let place = Place::new();
    for (version, rows) in (1..).zip(ROWS) {
        let database = Database::open(&place.config()).await.unwrap();
        migrate::migrate(&database, "here", Some(version)).await.unwrap();
        let mut transaction = database.write().await.unwrap();
        transaction.execute(sqlx::raw_sql(rows)).await.unwrap();
        transaction.commit().await.unwrap();
        database.close().await;
    }
    let store = place.open().await;
    assert_eq!(migrate::known(), 4, "a new step needs rows of its own here");
    assert_eq!(store.counts().await.unwrap(), Counts { waiting: 2, unrouted: 1, outbox: 1, runs: 1 });
    assert_eq!(store.journal(&lane(7)).await.unwrap().len(), 1);
    let claim = store.claim("here", NOW, 1000).await.unwrap().unwrap();
    assert!(matches!(store.next(&claim, NOW).await.unwrap(), Work::Delivery(d) if d.payload == "{\"zen\":\"ü\"}"));
    assert_eq!(store.unrouted(5).await.unwrap()[0].payload.len(), 26_000);
}

#[tokio::test]
async fn the_schema_is_the_one_on_file() {
    let place = Place::new();
    let store = place.open().await;
    let text = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '_sqlx%' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let rows = sqlx::query(text).fetch_all(store.database.reads()).await.unwrap();
    let all: Vec<String> = rows.into_iter().map(|row| row.try_get::<String, _>("sql").unwrap() + ";\n").collect();
    expect_file!["../../../fixtures/store/schema.sql"].assert_eq(&all.join("\n"));
}

#[tokio::test]
async fn every_connection_is_durable_and_keeps_references() {
    let place = Place::new();
    let store = place.open().await;
    let mut writing = store.database.write().await.unwrap();
    for (text, expected) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1), ("PRAGMA busy_timeout", 200)] {
        let value = |row: sqlx::any::AnyRow| row.try_get::<i64, _>(0).unwrap();
        assert_eq!(value(sqlx::query(text).fetch_one(&mut *writing).await.unwrap()), expected, "{text}");
        assert_eq!(value(sqlx::query(text).fetch_one(store.database.reads()).await.unwrap()), expected, "{text}");
    }
    let mode = sqlx::query("PRAGMA journal_mode").fetch_one(&mut *writing).await.unwrap();
    assert_eq!(mode.try_get::<String, _>(0).unwrap(), "wal");
}

#[tokio::test]
async fn only_its_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let store = place.open().await;
    store.accept(delivery("a", "{}")).await.unwrap();
    let modes = std::fs::read_dir(place.0.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777);
    assert_eq!(modes.collect::<Vec<_>>(), [0o600; 3], "the database and its two side files");
}

#[tokio::test]
async fn two_processes_may_open_a_new_store_at_the_same_moment() {
    // The moment in which they can meet is short: each round is another chance.
    for _ in 0..24 {
        let place = Place::new();
        let config = StoreConfig::sqlite(place.path());
        let (one, two) = tokio::join!(Store::open(&config), Store::open(&config));
        assert_eq!(one.unwrap().accept(delivery("a", "{}")).await.unwrap(), Accepted::New);
        assert_eq!(two.unwrap().accept(delivery("a", "{}")).await.unwrap(), Accepted::Duplicate);
    }
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let place = Place::new();
    let store = place.open().await;
    let mut transaction = store.database.write().await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', 1, x'00', 0)";
    transaction.execute(newer).await.unwrap();
    transaction.commit().await.unwrap();
    store.close().await;
    let refused = Store::open(&place.config()).await.unwrap_err();
    assert!(matches!(refused, Error::NewerSchema { found: 99, known: 4 }));
    assert!(refused.to_string().contains("start the newer Journeyman"), "{refused}");
}

async fn refusal(path: PathBuf) -> String {
    Store::open(&StoreConfig::Sqlite { path, patience: Duration::from_millis(50) }).await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused_with_the_place_and_the_reason() {
    let place = Place::new();
    let folder = refusal(place.0.path().into()).await;
    assert!(folder.contains("Is a directory"), "{folder}");
    std::fs::write(place.path(), "This is a text, and a long one: longer than a database's first page would have to be.".repeat(99))
        .unwrap();
    let text = refusal(place.path()).await;
    assert!(text.contains("not a SQLite database") && text.contains(&place.path().display().to_string()), "{text}");
    let below = refusal(place.path().join("store.db")).await;
    assert!(below.contains("must be able to write"), "{below}");
}

#[tokio::test]
async fn a_store_that_another_process_holds_locked_is_refused() {
    let place = Place::new();
    let store = place.open().await;
    let held = store.database.write().await.unwrap();
    assert!(refusal(place.path()).await.contains("another process holds it locked"));
    held.rollback().await.unwrap();
    place.open().await;
}

#[test]
fn a_store_is_named_by_a_path_or_a_sqlite_address() {
    for text in ["data/j.db", "sqlite:data/j.db", "sqlite://data/j.db"] {
        assert_eq!(text.parse::<StoreConfig>().unwrap(), StoreConfig::sqlite("data/j.db"), "{text}");
    }
    assert_eq!("sqlite:///var/j.db".parse::<StoreConfig>().unwrap(), StoreConfig::sqlite("/var/j.db"));
    for text in ["mysql://host/db", "sqlite:", ""] {
        assert!(text.parse::<StoreConfig>().is_err(), "{text}");
    }
}
