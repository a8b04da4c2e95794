use refinery::embed_migrations;

use crate::{Error, Result, Settings, Target, postgres, sqlite};

embed_migrations!("../../../migrations");

/// Two nodes that start together migrate one after the other: a PostgreSQL advisory lock of this number ("blox").
const MIGRATION_LOCK: i64 = 0x626c_6f78;

/// Checks the database before anything is written, then migrates it when told to.
pub(crate) async fn prepare(settings: &Settings, migrate: bool) -> Result<()> {
    match &settings.target {
        Target::Sqlite(path) => {
            let (path, timeout_ms) = (path.clone(), settings.timeout_ms);
            let work = move || sqlite_file(&path, timeout_ms, migrate);
            tokio::task::spawn_blocking(work).await.map_err(|error| Error::Migration(error.to_string()))?
        }
        Target::Postgres(url) => postgres_server(url, settings.timeout_ms, migrate).await,
    }
}

fn sqlite_file(path: &std::path::Path, timeout_ms: u64, migrate: bool) -> Result<()> {
    sqlite::check(path)?;
    let mut connection = sqlite::connect(path, timeout_ms)?;
    let found = connection.query_row(LAST_APPLIED, [], |row| row.get::<_, Option<i64>>(0));
    if compare(found.ok().flatten().unwrap_or(0), migrate)? {
        runner().run(&mut connection).map_err(failed)?;
    }
    sqlite::check_space(&connection)
}

async fn postgres_server(url: &str, timeout_ms: u64, migrate: bool) -> Result<()> {
    let mut client = postgres::client(url, timeout_ms).await?;
    let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
    client.batch_execute(&lock).await.map_err(|error| Error::Migration(error.to_string()))?;
    let found = client.query_one(LAST_APPLIED, &[]).await.ok();
    let found = found.and_then(|row| row.try_get::<_, Option<i64>>(0).ok().flatten()).unwrap_or(0);
    if !compare(found, migrate)? {
        return Ok(());
    }
    runner().run_async(&mut client).await.map(|_| ()).map_err(failed)
}

/// Fails before the first migration, when the table is not there: that is migration 0.
const LAST_APPLIED: &str = "SELECT CAST(MAX(version) AS BIGINT) FROM refinery_schema_history";

/// Whether there is something to do.
fn compare(found: i64, migrate: bool) -> Result<bool> {
    let known = runner().get_migrations().iter().map(|migration| migration.version()).max();
    let known = known.unwrap_or(0);
    match found.cmp(&known) {
        std::cmp::Ordering::Greater => Err(Error::Newer { found, known }),
        std::cmp::Ordering::Equal => Ok(false),
        std::cmp::Ordering::Less if migrate => Ok(true),
        std::cmp::Ordering::Less => Err(Error::Older { found, known }),
    }
}

/// The numbers of all migrations that this program knows.
pub(crate) fn known() -> Vec<i64> {
    runner().get_migrations().iter().map(|migration| migration.version()).collect()
}

fn runner() -> refinery::Runner {
    // All or nothing: a failed migration leaves the database as it was.
    migrations::runner().set_grouped(true)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: refinery::Error) -> Error {
    Error::Migration(error.to_string())
}
