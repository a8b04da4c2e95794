use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql, params_from_iter};

use crate::statement::Rows;
use crate::{Batch, Error, Result, Row, Value};

/// A connection with the house's settings; makes the file and its folder when they are not there.
pub(crate) fn connect(path: &Path, timeout_ms: u64) -> Result<Connection> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| unavailable(path, &error))?;
    }
    let connection = Connection::open(path).map_err(|error| unavailable(path, &error))?;
    let settings = [
        // Space of deleted rows can be given back; must be set before the first table.
        ("auto_vacuum", "INCREMENTAL"),
        ("journal_mode", "WAL"),
        // An acknowledged commit is on disk.
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        ("temp_store", "MEMORY"),
        ("cache_size", "-16384"),
        // Fewer, larger checkpoints: pages written by many commits are copied once.
        ("wal_autocheckpoint", "8000"),
        ("journal_size_limit", "67108864"),
    ];
    for (name, value) in settings {
        connection.pragma_update(None, name, value).map_err(|error| unavailable(path, &error))?;
    }
    connection.busy_timeout(Duration::from_millis(timeout_ms)).map_err(|error| unavailable(path, &error))?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

/// A connection that can only read, to a file that is there; it makes no other file beside it.
pub(super) fn connect_to_read(path: &Path, timeout_ms: u64) -> Result<Connection> {
    let failed = |error: rusqlite::Error| unavailable(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(address_to_read(path), flags).map_err(failed)?;
    connection.busy_timeout(Duration::from_millis(timeout_ms)).map_err(failed)?;
    Ok(connection)
}

/// Without a write-ahead log nobody has the file open, and a reader that is told so makes none.
fn address_to_read(path: &Path) -> String {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let escaped = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let is_idle = !Path::new(&log).exists();
    format!("file:{escaped}{}", if is_idle { "?immutable=1" } else { "" })
}

/// Refuses a damaged file; reads it only.
pub(crate) fn check(path: &Path) -> Result<()> {
    let damaged = |reason: String| Error::Damaged { path: path.display().to_string(), reason };
    let length = std::fs::metadata(path).map(|file| file.len()).unwrap_or(0);
    if length == 0 {
        return Ok(());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| damaged(error.to_string()))?;
    // A full check reads every page: on a large file only the structure that every start needs is read.
    let sql = if length > FULL_CHECK_MAX_BYTES { "PRAGMA schema_version" } else { "PRAGMA quick_check(1)" };
    let found: rusqlite::types::Value =
        connection.query_row(sql, [], |row| row.get(0)).map_err(|error| damaged(error.to_string()))?;
    match found {
        rusqlite::types::Value::Text(words) if words != "ok" => Err(damaged(words)),
        _ => Ok(()),
    }
}

/// Up to this size the whole file is checked at start (about 100 ms).
const FULL_CHECK_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Runs a cached statement for its rows.
pub(super) fn rows(
    connection: &Connection,
    name: &'static str,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    collect(&mut *cached(connection, name, sql)?, values, &mut found)
        .map_err(|error| refused(name, &error))?;
    Ok(found)
}

/// Rows after which others get this thread's core, if they wait for it: a reader's turn is worth more than ours.
const ROWS_A_TURN: usize = 32;

/// Runs a batch: one cached statement, once a row.
pub(super) fn batch(connection: &Connection, batch: &'static Batch, many: &Rows) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    if many.is_empty() {
        return Ok(found);
    }
    let mut statement = cached(connection, batch.name, batch.sqlite())?;
    for some in many.chunks(ROWS_A_TURN) {
        for values in some {
            collect(&mut statement, values, &mut found).map_err(|error| refused(batch.name, &error))?;
        }
        std::thread::yield_now();
    }
    Ok(found)
}

fn collect(
    statement: &mut rusqlite::Statement<'_>,
    values: &[Value],
    found: &mut Vec<Row>,
) -> rusqlite::Result<()> {
    let width = statement.column_count();
    let mut cursor = statement.query(params_from_iter(values))?;
    while let Some(row) = cursor.next()? {
        let values = (0..width).map(|column| row.get_ref(column).map(value));
        found.push(Row(values.collect::<rusqlite::Result<_>>()?));
    }
    Ok(())
}

/// Runs a cached statement for its effect.
pub(super) fn run(connection: &Connection, name: &'static str, sql: &str, values: &[Value]) -> Result<u64> {
    let mut statement = cached(connection, name, sql)?;
    let touched = statement.execute(params_from_iter(values)).map_err(|error| refused(name, &error))?;
    Ok(touched as u64)
}

pub(super) fn cached<'connection>(
    connection: &'connection Connection,
    name: &'static str,
    sql: &str,
) -> Result<CachedStatement<'connection>> {
    connection.prepare_cached(sql).map_err(|error| refused(name, &error))
}

pub(super) fn refused(statement: &'static str, error: &rusqlite::Error) -> Error {
    let code = error.sqlite_error().map(|code| code.extended_code);
    match code {
        Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            Error::Unique { statement, constraint: error.to_string() }
        }
        Some(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Error::ForeignKey { statement },
        // The second: the index of the write-ahead log could not grow.
        Some(rusqlite::ffi::SQLITE_FULL | rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
            Error::Full(error.to_string())
        }
        Some(code) if matches!(code & 0xff, 5 | 6 | 10) => {
            // SQLITE_BUSY, LOCKED, IOERR: the database, not the statement, is in the way.
            Error::Unavailable(error.to_string())
        }
        _ => Error::Refused { statement, reason: error.to_string() },
    }
}

fn unavailable(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::Unavailable(format!("{}: {error}", path.display()))
}

fn value(found: ValueRef<'_>) -> Value {
    match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Borrowed(ValueRef::Real(*number)),
            Self::Bool(flag) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*flag))),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
