use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::db::Engine;
use crate::{Db, Error, Result, sqlite};

/// Pages copied before writers get their turn.
const PAGES_PER_STEP: i32 = 1_000;

impl Db {
    /// Copies a SQLite database to a new file while it is in use; the file appears once the copy is checked.
    ///
    /// PostgreSQL has its own tools (`pg_dump`, point-in-time recovery) and is refused.
    pub async fn backup(&self, target: &Path) -> Result<()> {
        let Engine::Sqlite(database) = &*self.0 else {
            return Err(Error::Backup("this copies SQLite; use pg_dump for PostgreSQL".to_owned()));
        };
        let (source, target) = (database.path().to_owned(), target.to_owned());
        let copy = move || copy(&source, &target);
        tokio::task::spawn_blocking(copy).await.map_err(|error| Error::Backup(error.to_string()))?
    }
}

fn copy(source: &Path, target: &Path) -> Result<()> {
    if target.exists() {
        return Err(Error::Backup(format!("{} exists already: choose another file", target.display())));
    }
    let mut beside = target.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    // Left by a copy that was cut off.
    let _ = fs::remove_file(&beside);
    let made = copy_pages(source, &beside)
        .map_err(|error| error.to_string())
        .and_then(|()| sqlite::check(&beside).map_err(|error| error.to_string()))
        .and_then(|()| settle(&beside, target).map_err(|error| error.to_string()));
    made.map_err(|error| {
        let _ = fs::remove_file(&beside);
        Error::Backup(format!("{}: {error}", target.display()))
    })
}

fn copy_pages(source: &Path, target: &Path) -> rusqlite::Result<()> {
    let source = Connection::open(source)?;
    let mut copy = Connection::open(target)?;
    Backup::new(&source, &mut copy)?.run_to_completion(PAGES_PER_STEP, Duration::from_millis(1), None)
}

/// On disk first, then under its name.
fn settle(beside: &Path, target: &Path) -> std::io::Result<()> {
    File::open(beside)?.sync_all()?;
    fs::rename(beside, target)
}
