//! What an operator wants to know of a database, read and never changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use kit::Timestamp;

use crate::db::Engine;
use crate::{Db, Error, Result, Row, Statement, migrate};

/// How a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// The product and its version: `SQLite 3.51.0`, `PostgreSQL 16.4`.
    pub product: String,
    /// How much it takes on its disk.
    pub size_bytes: u64,
    /// The number of its last migration; 0 when it has no tables yet.
    pub migration: i64,
    /// Migrations of this program that it lacks.
    pub missing: Vec<i64>,
    /// Migrations that it has and this program does not know.
    pub unknown: Vec<i64>,
    /// What only one of the two kinds has.
    pub nature: Nature,
}

/// What only one of the two kinds has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    /// SQLite.
    File(FileFacts),
    /// PostgreSQL.
    Server(ServerFacts),
}

/// How a SQLite file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Where it lies.
    pub path: PathBuf,
    /// What the write-ahead log beside it takes.
    pub log_bytes: u64,
    /// What SQLite's `quick_check` objects to; nothing when the file is sound.
    pub damage: Option<String>,
    /// Whether the space of deleted rows can be given back.
    pub gives_back: bool,
}

/// How a PostgreSQL server is, as one of our sessions sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// 160004 for 16.4.
    pub version: i64,
    /// Settings by name, in PostgreSQL's words.
    pub settings: HashMap<String, String>,
    /// Connections to the whole server now.
    pub connections: i64,
}

impl Db {
    /// Looks at everything that may be wrong with the database; on SQLite this reads all of it.
    ///
    /// Fails when it cannot be asked. A damaged file is no failure: it is told in [`FileFacts::damage`].
    pub async fn examine(&self) -> Result<Examination> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => self.examine_file(sqlite.path()).await,
            Engine::Postgres(_) => self.examine_server().await,
        }
    }

    /// What time it is where the database runs; SQLite has no clock of its own.
    pub async fn clock(&self) -> Result<Option<Timestamp>> {
        static CLOCK: Statement =
            Statement::new("CLOCK", "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)");
        match &*self.0 {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(_) => Ok(Some(self.one(&CLOCK, &[]).await?.get(0)?)),
        }
    }

    async fn examine_file(&self, path: &Path) -> Result<Examination> {
        static AUTO_VACUUM: Statement = Statement::new("AUTO_VACUUM", "PRAGMA auto_vacuum");
        const INCREMENTAL: i64 = 2;
        let damage = self.damage().await;
        // What can be read of a damaged file says nothing.
        let (applied, gives_back) = if damage.is_some() {
            (migrate::known(), true)
        } else {
            let mode: i64 = self.one(&AUTO_VACUUM, &[]).await?.get(0)?;
            (self.applied().await?, mode == INCREMENTAL)
        };
        let log = PathBuf::from(format!("{}-wal", path.display()));
        let nature =
            Nature::File(FileFacts { path: path.to_owned(), log_bytes: length(&log), damage, gives_back });
        // The library knows it without the file, which may answer nothing.
        let version = rusqlite::version();
        Ok(examination(format!("SQLite {version}"), length(path), &applied, nature))
    }

    async fn damage(&self) -> Option<String> {
        static QUICK_CHECK: Statement = Statement::new("QUICK_CHECK", "PRAGMA quick_check(1)");
        match self.one(&QUICK_CHECK, &[]).await.and_then(|row| row.get::<String>(0)) {
            Ok(words) => (words != "ok").then_some(words),
            Err(Error::Refused { reason, .. }) => Some(reason),
            Err(error) => Some(error.to_string()),
        }
    }

    async fn examine_server(&self) -> Result<Examination> {
        static SERVER: Statement = Statement::new(
            "SERVER",
            "SELECT current_setting('server_version'), CAST(current_setting('server_version_num') AS BIGINT),
                pg_database_size(current_database()),
                (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend')",
        );
        static SETTINGS: Statement = Statement::new(
            "SETTINGS",
            "SELECT name, setting FROM pg_settings WHERE name IN ('synchronous_commit', 'fsync', 'full_page_writes',
                'max_connections', 'superuser_reserved_connections', 'autovacuum', 'in_hot_standby',
                'default_transaction_isolation')",
        );
        let rows = self.all(&SETTINGS, &[]).await?;
        let settings = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_>>()?;
        let applied = self.applied().await?;
        let row = self.one(&SERVER, &[]).await?;
        let nature = Nature::Server(ServerFacts { version: row.get(1)?, settings, connections: row.get(3)? });
        // Debian adds its package's version.
        let version: String = row.get(0)?;
        let version = version.split_whitespace().next().unwrap_or_default();
        let size_bytes = u64::try_from(row.get::<i64>(2)?).unwrap_or(0);
        Ok(examination(format!("PostgreSQL {version}"), size_bytes, &applied, nature))
    }

    /// The numbers of the migrations that it has; none when there are no tables.
    async fn applied(&self) -> Result<Vec<i64>> {
        static APPLIED: Statement =
            Statement::new("APPLIED", "SELECT CAST(version AS BIGINT) FROM refinery_schema_history");
        match self.all(&APPLIED, &[]).await {
            Ok(rows) => rows.iter().map(|row: &Row| row.get(0)).collect(),
            Err(Error::Refused { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

fn examination(product: String, size_bytes: u64, applied: &[i64], nature: Nature) -> Examination {
    let known = migrate::known();
    let without = |all: &[i64], others: &[i64]| {
        let mut left: Vec<i64> = all.iter().filter(|number| !others.contains(number)).copied().collect();
        left.sort_unstable();
        left
    };
    Examination {
        product,
        size_bytes,
        migration: applied.iter().max().copied().unwrap_or(0),
        missing: without(&known, applied),
        unknown: without(applied, &known),
        nature,
    }
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map(|file| file.len()).unwrap_or(0)
}
