//! SQLite: a writer thread that takes turns, a thread that empties its log, and a pool of reader threads.

mod checkpoint;
mod connection;
mod reader;
mod space;
mod writer;

use std::path::{Path, PathBuf};

use connection::connect_to_read;
pub(crate) use connection::{check, connect};
pub(crate) use space::check as check_space;
pub(crate) use writer::WriterTurn;

use tokio::sync::broadcast;

use self::checkpoint::Checkpoints;
use self::reader::Readers;
use self::writer::Writer;
use crate::wake::HEARD_AT_ONCE;
use crate::{Error, Prepared, Result, Row, Settings, Statement, Value};

/// An open SQLite file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    path: PathBuf,
    /// Absent when it was opened for reading alone.
    writer: Option<Writer>,
    readers: Readers,
    heard: broadcast::Sender<String>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, settings: &Settings) -> Result<Self> {
        let mut connection = connect(path, settings.timeout_ms)?;
        let checkpoints = Checkpoints::start(&mut connection, connect(path, settings.timeout_ms)?)?;
        let writer = Some(Writer::start(connection, checkpoints)?);
        let readers = Readers::start(settings, || connect(path, settings.timeout_ms))?;
        let heard = broadcast::channel(HEARD_AT_ONCE).0;
        Ok(Self { path: path.to_owned(), writer, readers, heard })
    }

    /// Opens a file that is there, and leaves it and its folder as they are.
    pub(crate) fn open_to_read(path: &Path, settings: &Settings) -> Result<Self> {
        let readers = Readers::start(settings, || connect_to_read(path, settings.timeout_ms))?;
        let heard = broadcast::channel(HEARD_AT_ONCE).0;
        Ok(Self { path: path.to_owned(), writer: None, readers, heard })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A file has one process: its signals need no database.
    pub(crate) fn tell(&self, signal: &str) {
        // Nobody listening is no loss.
        let _ = self.heard.send(signal.to_owned());
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<String> {
        self.heard.subscribe()
    }

    pub(crate) async fn read(&self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        self.readers.all(statement, values).await
    }

    pub(crate) async fn begin(&self) -> Result<WriterTurn> {
        self.writer()?.turn().await
    }

    pub(crate) async fn settle(&self) -> Result<()> {
        self.writer()?.settle().await
    }

    pub(crate) async fn give_back(&self) -> Result<u64> {
        self.writer()?.give_back().await
    }

    pub(crate) async fn prepare(&self, statement: Prepared) -> Result<()> {
        let (name, sql) = match statement {
            Prepared::Statement(statement) => (statement.name, statement.sqlite()),
            Prepared::Batch(batch) => (batch.name, batch.sqlite()),
        };
        self.readers.prepare(name, sql).await
    }

    fn writer(&self) -> Result<&Writer> {
        self.writer.as_ref().ok_or_else(|| Error::Unavailable("it was opened for reading alone".to_owned()))
    }
}
