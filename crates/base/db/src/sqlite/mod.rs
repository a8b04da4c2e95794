//! SQLite: a writer thread that takes turns, a thread that empties its log, and a pool of reader threads.

mod checkpoint;
mod connection;
mod reader;
mod space;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

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
    /// Each holds a connection; the last to end leaves one file.
    threads: Mutex<Vec<JoinHandle<()>>>,
    heard: broadcast::Sender<String>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, settings: &Settings) -> Result<Self> {
        let mut connection = connect(path, settings.timeout_ms)?;
        let (checkpoints, copier) = Checkpoints::start(&mut connection, connect(path, settings.timeout_ms)?)?;
        let (writer, writing) = Writer::start(connection, checkpoints)?;
        let (readers, mut threads) = Readers::start(settings, || connect(path, settings.timeout_ms))?;
        threads.extend([copier, writing]);
        Ok(Self::new(path, Some(writer), (readers, threads)))
    }

    /// Opens a file that is there, and leaves it and its folder as they are.
    pub(crate) fn open_to_read(path: &Path, settings: &Settings) -> Result<Self> {
        let reading = Readers::start(settings, || connect_to_read(path, settings.timeout_ms))?;
        Ok(Self::new(path, None, reading))
    }

    fn new(path: &Path, writer: Option<Writer>, (readers, threads): (Readers, Vec<JoinHandle<()>>)) -> Self {
        let heard = broadcast::channel(HEARD_AT_ONCE).0;
        Self { path: path.to_owned(), writer, readers, threads: Mutex::new(threads), heard }
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

    /// Ends every connection: the last of them moves the log into the file, and removes what lay beside it.
    pub(crate) async fn close(&self) -> Result<()> {
        if let Some(writer) = &self.writer {
            writer.close().await?;
        }
        self.readers.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = || threads.into_iter().for_each(|thread| drop(thread.join()));
        tokio::task::spawn_blocking(ended).await.map_err(|error| Error::Unavailable(error.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;

    static MAKE: Statement = Statement::new("MAKE", "CREATE TABLE things (name TEXT)");
    static READ: Statement = Statement::new("READ", "SELECT name FROM things");

    #[tokio::test]
    async fn a_closed_database_is_one_file_and_answers_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let settings = Settings::from_url(&format!("sqlite://{}", path.display())).unwrap();
        let sqlite = Sqlite::open(&path, &settings).unwrap();
        let mut turn = sqlite.begin().await.unwrap();
        turn.run(&MAKE, &[]).await.unwrap();
        turn.commit().await.unwrap();
        assert!(sqlite.read(&READ, &[]).await.unwrap().is_empty());
        sqlite.close().await.unwrap();
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["test.db"]);
        assert!(matches!(sqlite.read(&READ, &[]).await, Err(Error::Unavailable(_))));
    }
}
