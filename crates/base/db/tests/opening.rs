//! A database that is damaged, newer or not migrated is refused and left as it is.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use db::{Db, Error, Settings, statements, testing};

statements! {
    AHEAD = "UPDATE refinery_schema_history SET version = 9999 WHERE version = (SELECT MAX(version) FROM refinery_schema_history)";
}

fn settings(path: &std::path::Path) -> Settings {
    Settings::from_url(&format!("sqlite://{}", path.display())).unwrap()
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("text.db", b"this is not a database at all, but long enough to be one ".repeat(50))]
    {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        let error = Db::open(&settings(&path), true).await.unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[tokio::test]
async fn a_file_with_a_torn_page_is_refused_and_left_untouched() {
    let fresh = testing::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("torn.db");
    fresh.db.backup(&path).await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xAB);
    std::fs::write(&path, &bytes).unwrap();
    let error = Db::open(&settings(&path), true).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn an_empty_database_is_migrated_only_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/new.db");
    let error = Db::open(&settings(&path), false).await.unwrap_err();
    assert!(matches!(error, Error::Older { found: 0, .. }), "{error}");
    Db::open(&settings(&path), true).await.unwrap().ping().await.unwrap();
    Db::open(&settings(&path), false).await.unwrap().ping().await.unwrap();
}

#[tokio::test]
async fn a_newer_sqlite_database_is_refused() {
    let fresh = testing::sqlite().await;
    fresh.db.run(&AHEAD, &[]).await.unwrap();
    let error = Db::open(&fresh.settings, true).await.unwrap_err();
    assert!(matches!(error, Error::Newer { found: 9999, .. }), "{error}");
}

#[tokio::test]
async fn a_newer_postgres_database_is_refused() {
    let Some(fresh) = testing::postgres().await else { return };
    fresh.db.run(&AHEAD, &[]).await.unwrap();
    let error = Db::open(&fresh.settings, true).await.unwrap_err();
    assert!(matches!(error, Error::Newer { found: 9999, .. }), "{error}");
    fresh.remove().await;
}

#[tokio::test]
async fn a_backup_is_a_sound_copy_and_never_overwrites() {
    let fresh = testing::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    fresh.db.backup(&path).await.unwrap();
    Db::open(&settings(&path), false).await.unwrap().ping().await.unwrap();
    assert!(fresh.db.backup(&path).await.is_err());
}
