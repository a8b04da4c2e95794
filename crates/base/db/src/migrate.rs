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
    if compare(&applied_to_file(&connection), migrate)? {
        runner().run(&mut connection).map_err(failed)?;
    }
    sqlite::check_space(&connection)
}

async fn postgres_server(url: &str, timeout_ms: u64, migrate: bool) -> Result<()> {
    let mut client = postgres::client(url, timeout_ms).await?;
    let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
    client.batch_execute(&lock).await.map_err(|error| Error::Migration(error.to_string()))?;
    let rows = client.query(APPLIED, &[]).await.unwrap_or_default();
    let applied: Vec<i64> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
    if !compare(&applied, migrate)? {
        return Ok(());
    }
    runner().run_async(&mut client).await.map(|_| ()).map_err(failed)
}

/// Fails before the first migration, when the table is not there: then none is applied.
const APPLIED: &str = "SELECT CAST(version AS BIGINT) FROM refinery_schema_history ORDER BY version";

fn applied_to_file(connection: &rusqlite::Connection) -> Vec<i64> {
    let Ok(mut statement) = connection.prepare(APPLIED) else { return Vec::new() };
    let rows = statement.query_map([], |row| row.get(0));
    rows.map(|rows| rows.filter_map(std::result::Result::ok).collect()).unwrap_or_default()
}

/// Whether there is something to do.
fn compare(applied: &[i64], migrate: bool) -> Result<bool> {
    let mut all = known();
    all.sort_unstable();
    let (found, known) = (applied.last().copied().unwrap_or(0), all.last().copied().unwrap_or(0));
    if found > known {
        return Err(Error::Newer { found, known });
    }
    // What was left out cannot be done behind what came after it.
    if let Some(missing) = all.iter().copied().find(|number| *number < found && !applied.contains(number)) {
        return Err(Error::Gap { missing, found });
    }
    match found < known {
        false => Ok(false),
        true if migrate => Ok(true),
        true => Err(Error::Older { found, known }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_behind_all_others_is_applied() {
        let mut all = known();
        all.sort_unstable();
        let (last, before) = all.split_last().unwrap();
        assert!(compare(&[], true).unwrap() && compare(before, true).unwrap());
        assert!(!compare(&all, true).unwrap());
        assert!(matches!(compare(before, false), Err(Error::Older { known, .. }) if known == *last));
        let newer = [&all[..], &[last + 1]].concat();
        assert!(matches!(compare(&newer, true), Err(Error::Newer { .. })));
        let gap: Vec<i64> = all.iter().copied().filter(|number| *number != all[2]).collect();
        assert!(matches!(compare(&gap, true), Err(Error::Gap { missing, .. }) if missing == all[2]));
    }
}
