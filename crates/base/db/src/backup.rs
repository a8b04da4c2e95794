use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::db::Engine;
use crate::{Db, Error, Result, sqlite};

/// Pages copied before writers get their turn.
const PAGES_PER_STEP: i32 = 1_000;

impl Db {
    /// Copies a SQLite database to a new file while it is in use; checks the copy.
    ///
    /// PostgreSQL has its own tools (`pg_dump`, point-in-time recovery) and is refused.
    pub async fn backup(&self, target: &Path) -> Result<()> {
        let Engine::Sqlite(database) = &*self.0 else {
            return Err(Error::Unavailable("backup copies SQLite; use pg_dump for PostgreSQL".to_owned()));
        };
        let (source, target) = (database.path().to_owned(), target.to_owned());
        let copy = move || copy(&source, &target);
        tokio::task::spawn_blocking(copy).await.map_err(|error| Error::Unavailable(error.to_string()))?
    }
}

fn copy(source: &Path, target: &Path) -> Result<()> {
    let failed = |error: &dyn std::error::Error| Error::Unavailable(format!("{}: {error}", target.display()));
    if target.exists() {
        return Err(Error::Unavailable(format!("{} exists already", target.display())));
    }
    let source = Connection::open(source).map_err(|error| failed(&error))?;
    let mut copy = Connection::open(target).map_err(|error| failed(&error))?;
    let backup = Backup::new(&source, &mut copy).map_err(|error| failed(&error))?;
    backup
        .run_to_completion(PAGES_PER_STEP, Duration::from_millis(1), None)
        .map_err(|error| failed(&error))?;
    drop(backup);
    drop(copy);
    sqlite::check(target)
}
