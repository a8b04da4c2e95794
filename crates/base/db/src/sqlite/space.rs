//! Gives the space of deleted rows back to the file system.

use rusqlite::Connection;

use super::connection::refused;
use crate::{Error, Result};

/// Unused pages that stay for the rows to come (4 MiB).
const SPARE_PAGES: i64 = 1_024;
/// Pages given back in one step (2 MiB): some milliseconds of the one writer.
const STEP_PAGES: i64 = 512;

/// Gives some unused pages back; answers how many bytes, 0 when there is nothing more to give.
///
/// The file gets shorter with the checkpoint that follows. One that was made by another program, without incremental
/// vacuum, keeps its size.
pub(super) fn give_back(connection: &Connection) -> Result<u64> {
    let failed = |error: rusqlite::Error| refused("GIVE_BACK", &error);
    let ask = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0)).map_err(failed);
    let unused = ask("PRAGMA freelist_count")?;
    let some = (unused - SPARE_PAGES).min(STEP_PAGES);
    if some <= 0 {
        return Ok(0);
    }
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({some})")).map_err(failed)?;
    let mut pages = vacuum.query([]).map_err(failed)?;
    // Each step of the statement gives one page back.
    while pages.next().map_err(failed)?.is_some() {}
    let given = unused - ask("PRAGMA freelist_count")?;
    Ok(u64::try_from(given * ask("PRAGMA page_size")?).unwrap_or(0))
}

/// Says so when the file cannot give space back.
pub(crate) fn check(connection: &Connection) -> Result<()> {
    const INCREMENTAL: i64 = 2;
    let mode = connection.query_row("PRAGMA auto_vacuum", [], |row| row.get::<_, i64>(0));
    let mode = mode.map_err(|error| Error::Unavailable(error.to_string()))?;
    if mode != INCREMENTAL {
        tracing::warn!(
            "this file was not made by bloxserver and never gets smaller: stop the server and run `sqlite3 FILE \
             'PRAGMA auto_vacuum=INCREMENTAL; VACUUM;'` once"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::connection::connect;
    use super::*;

    #[test]
    fn a_file_gets_smaller_after_rows_went_and_keeps_a_little_for_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let connection = connect(&path, 1_000).unwrap();
        let size = || {
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
            std::fs::metadata(&path).unwrap().len()
        };
        connection.execute_batch("CREATE TABLE things (body BLOB)").unwrap();
        for _ in 0..20 {
            connection.execute("INSERT INTO things VALUES (zeroblob(1000000))", []).unwrap();
        }
        let full = size();
        connection.execute("DELETE FROM things", []).unwrap();
        assert_eq!(size(), full);
        let steps: Vec<u64> =
            std::iter::from_fn(|| Some(give_back(&connection).unwrap()).filter(|bytes| *bytes > 0)).collect();
        assert!(steps.len() > 2 && steps.iter().all(|bytes| *bytes <= 512 * 4_096), "{steps:?}");
        let left = size();
        assert!(full > 20_000_000 && left < 5_000_000, "{full} {left}");
    }
}
