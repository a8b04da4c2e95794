use std::sync::Arc;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::tx::{Op, Turn};
use crate::{Error, Prepared, Result, Row, Settings, Statement, Target, Tx, Value, migrate};

/// An open database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(pub(crate) Arc<Engine>);

#[derive(Debug)]
pub(crate) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
    /// Opens it: checks that it is sound and not newer than this program; migrates it when told to.
    pub async fn open(settings: &Settings, migrate: bool) -> Result<Self> {
        migrate::prepare(settings, migrate).await?;
        let engine = match &settings.target {
            Target::Sqlite(path) => Engine::Sqlite(Sqlite::open(path, settings)?),
            Target::Postgres(url) => Engine::Postgres(Postgres::open(url, settings)?),
        };
        Ok(Self(Arc::new(engine)))
    }

    /// Opens one that is there for reading alone: makes, migrates and checks nothing, also beside a running server.
    pub fn open_to_read(settings: &Settings) -> Result<Self> {
        let engine = match &settings.target {
            Target::Sqlite(path) => Engine::Sqlite(Sqlite::open_to_read(path, settings)?),
            Target::Postgres(url) => Engine::Postgres(Postgres::open_to_read(url, settings)?),
        };
        Ok(Self(Arc::new(engine)))
    }

    /// All rows of a reading statement.
    pub async fn all(&self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.read(statement, values).await,
            Engine::Postgres(postgres) => postgres.query(statement, values).await,
        }
    }

    /// The first row of a reading statement.
    pub async fn maybe(&self, statement: &'static Statement, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.all(statement, values).await?.into_iter().next())
    }

    /// The row of a reading statement that always has one.
    pub async fn one(&self, statement: &'static Statement, values: &[Value]) -> Result<Row> {
        self.maybe(statement, values).await?.ok_or(Error::NoRow(statement.name))
    }

    /// One write in a transaction of its own; answers the number of rows it touched.
    pub async fn run(&self, statement: &'static Statement, values: &[Value]) -> Result<u64> {
        let mut tx = self.begin().await?;
        let touched = tx.run(statement, values).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// One write with `RETURNING`, in a transaction of its own.
    pub async fn returning(&self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        let mut tx = self.begin().await?;
        let rows = tx.all(statement, values).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// A whole transaction, written in one go: on SQLite one hand-over to the writer, on PostgreSQL one
    /// pipeline and its `COMMIT`.
    pub async fn transact(&self, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.begin().await?.transact(ops).await,
            Engine::Postgres(postgres) => postgres.transact(ops).await,
        }
    }

    /// Begins a writing transaction; on SQLite they take turns.
    pub async fn begin(&self) -> Result<Tx> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => Ok(Tx(Turn::Sqlite(sqlite.begin().await?))),
            Engine::Postgres(postgres) => Ok(Tx(Turn::Postgres(Box::new(postgres.begin().await?)))),
        }
    }

    /// Gives up every answer that somebody waits for: they fail with `Unavailable`, and what they asked for may have
    /// happened or not. SQLite always answers.
    pub fn hang_up(&self) {
        if let Engine::Postgres(postgres) = &*self.0 {
            postgres.hang_up();
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        static PING: Statement = Statement::new("PING", "SELECT 1");
        self.one(&PING, &[]).await.map(|_| ())
    }

    /// Ends the database at the end of the program, for all clones: SQLite leaves everything in the one file, with nothing
    /// beside it. Whoever asks it later is answered with `Unavailable`.
    pub async fn close(&self) -> Result<()> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Gives some of the space of deleted rows back to the file system, in a few milliseconds; answers how many bytes, 0
    /// when there is no more. PostgreSQL uses such space again by itself (autovacuum).
    pub async fn give_back(&self) -> Result<u64> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.give_back().await,
            Engine::Postgres(_) => Ok(0),
        }
    }

    /// Prepares a statement without running it, for the test of all statements.
    pub async fn prepare(&self, statement: Prepared) -> Result<()> {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.prepare(statement).await,
            Engine::Postgres(postgres) => postgres.prepare(statement).await,
        }
    }

    /// Whether transactions that write take turns.
    pub fn has_one_writer(&self) -> bool {
        matches!(&*self.0, Engine::Sqlite(_))
    }

    /// `sqlite` or `postgres`.
    pub fn dialect(&self) -> &'static str {
        match &*self.0 {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }
}
