//! A look at a database: what it says, and that it changes nothing.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::collections::BTreeMap;
use std::path::Path;

use db::{Db, Nature, Settings, Target, statements, testing};

statements! {
    AHEAD = "UPDATE refinery_schema_history SET version = 9999 WHERE version = (SELECT MAX(version) FROM refinery_schema_history)";
    THINGS = "INSERT INTO flow_counts (owner_id, flows) VALUES ('a', 1)";
    COUNT = "SELECT flows FROM flow_counts";
}

/// Every file of a folder, and what is in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|one| (one.file_name().into_string().unwrap(), std::fs::read(one.path()).unwrap())).collect()
}

fn settings(path: &Path) -> Settings {
    Settings::from_url(&format!("sqlite://{}", path.display())).unwrap()
}

#[tokio::test]
async fn a_sound_file_is_examined_with_a_server_beside_it_and_without_one() {
    let fresh = testing::sqlite().await;
    let Target::Sqlite(path) = fresh.settings.target.clone() else { panic!("not SQLite") };
    fresh.db.run(&THINGS, &[]).await.unwrap();
    let beside = Db::open_to_read(&fresh.settings).unwrap();
    let found = beside.examine().await.unwrap();
    let Nature::File(file) = &found.nature else { panic!("{found:?}") };
    assert!(found.product.starts_with("SQLite 3.") && found.size_bytes > 4_096, "{found:?}");
    assert!(file.damage.is_none() && file.gives_back && file.log_bytes > 0, "{found:?}");
    assert!(found.migration > 20 && found.missing.is_empty() && found.unknown.is_empty(), "{found:?}");
    assert_eq!(
        beside.one(&COUNT, &[]).await.unwrap().get::<i64>(0).unwrap(),
        1,
        "it reads what is in the log"
    );
    assert!(beside.run(&THINGS, &[]).await.is_err(), "it does not write");
    // A name that is no plain part of an address, in a folder where nothing may appear.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("50% off?#1.db");
    fresh.db.backup(&copy).await.unwrap();
    let before = contents(folder.path());
    assert!(path.exists());
    let found = Db::open_to_read(&settings(&copy)).unwrap().examine().await.unwrap();
    let Nature::File(file) = &found.nature else { panic!("{found:?}") };
    assert_eq!((&file.damage, file.log_bytes), (&None, 0));
    assert_eq!(contents(folder.path()), before);
}

#[tokio::test]
async fn a_torn_page_and_a_foreign_file_are_told_as_damage() {
    let fresh = testing::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let torn = folder.path().join("torn.db");
    fresh.db.backup(&torn).await.unwrap();
    let mut bytes = std::fs::read(&torn).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xAB);
    std::fs::write(&torn, &bytes).unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(&text, b"this is not a database at all, but long enough to be one ".repeat(50)).unwrap();
    for path in [torn, text] {
        let found = Db::open_to_read(&settings(&path)).unwrap().examine().await.unwrap();
        let Nature::File(file) = &found.nature else { panic!("{found:?}") };
        assert!(file.damage.is_some(), "{found:?}");
    }
    assert!(Db::open_to_read(&settings(&folder.path().join("none.db"))).is_err());
    assert!(!folder.path().join("none.db").exists());
}

testing::both_databases! {
    async fn migrations_that_only_one_side_knows_are_named(db: Db) {
        db.run(&AHEAD, &[]).await.unwrap();
        let found = db.examine().await.unwrap();
        assert_eq!((found.migration, found.unknown.as_slice()), (9_999, [9_999].as_slice()));
        assert_eq!(found.missing.len(), 1, "{found:?}");
    }
}

#[tokio::test]
async fn a_server_tells_its_version_its_settings_and_its_clock() {
    let Some(fresh) = testing::postgres().await else { return };
    let beside = Db::open_to_read(&fresh.settings).unwrap();
    let found = beside.examine().await.unwrap();
    let Nature::Server(server) = &found.nature else { panic!("{found:?}") };
    assert!(found.product.starts_with("PostgreSQL 1") && server.version >= 120_000, "{found:?}");
    assert_eq!(server.settings["fsync"], "on");
    assert!(server.settings["max_connections"].parse::<i64>().unwrap() >= server.connections, "{server:?}");
    let clock = beside.clock().await.unwrap().unwrap();
    assert!(clock.since_ms(kit::Clock::system().now()).abs() < 5_000, "{clock}");
    assert!(beside.run(&THINGS, &[]).await.is_err(), "it does not write");
    fresh.remove().await;
}
