//! PostgreSQL: a pool of connections, prepared statements, pipelines.

mod connect;
mod link;
mod values;
mod wake;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Timeouts};
use futures::future::{join3, try_join_all};
use tokio_postgres::Config;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

pub(crate) use connect::client;
use link::{Link, Patience};
use values::{Parameter, column_arrays, decode};
use wake::Line;

use crate::statement::Rows;
use crate::tx::Op;
use crate::{Batch, Error, Prepared, Result, Row, Settings, Statement, Value};

/// An open PostgreSQL database.
pub(crate) struct Postgres {
    pool: Pool,
    patience: Arc<Patience>,
    line: OnceLock<Line>,
    url: String,
    timeout_ms: u64,
}

/// A transaction on a connection of the pool.
#[derive(Debug)]
pub(crate) struct PostgresTx {
    link: Link,
    // A connection dropped inside a transaction is thrown away, not reused.
    is_over: bool,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address holds the password.
        f.debug_struct("Postgres").field("pool", &self.pool).finish_non_exhaustive()
    }
}

impl Postgres {
    pub(crate) fn open(url: &str, settings: &Settings) -> Result<Self> {
        Self::connected(connect::config(url, settings.timeout_ms)?, url, settings)
    }

    /// Sessions that refuse to write.
    pub(crate) fn open_to_read(url: &str, settings: &Settings) -> Result<Self> {
        let (mut config, tls) = connect::config(url, settings.timeout_ms)?;
        let options = config.get_options().unwrap_or_default().to_owned();
        config.options(format!("{options} -c default_transaction_read_only=on"));
        Self::connected((config, tls), url, settings)
    }

    fn connected((config, tls): (Config, MakeRustlsConnect), url: &str, settings: &Settings) -> Result<Self> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, tls, recycling);
        let wait = Some(Duration::from_millis(settings.timeout_ms));
        let pool = Pool::builder(manager)
            .max_size(settings.connections)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .timeouts(Timeouts { wait, create: wait, recycle: wait })
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        let patience = Arc::new(Patience::new(connect::silence(settings.timeout_ms)));
        Ok(Self {
            pool,
            patience,
            line: OnceLock::new(),
            url: url.to_owned(),
            timeout_ms: settings.timeout_ms,
        })
    }

    /// The connection that carries signals; made when somebody first wants one.
    pub(crate) fn line(&self) -> &Line {
        self.line.get_or_init(|| Line::start(self.url.clone(), self.timeout_ms))
    }

    pub(crate) async fn query(&self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        self.link().await?.ask(async |connection| query(connection, statement, values).await).await
    }

    pub(crate) async fn begin(&self) -> Result<PostgresTx> {
        let mut tx = PostgresTx { link: self.link().await?, is_over: false };
        tx.link.ask(async |connection| execute(connection, "BEGIN").await).await?;
        Ok(tx)
    }

    /// Gives up every answer that somebody waits for, and the connections on which they are missing.
    pub(crate) fn hang_up(&self) {
        self.patience.hang_up();
    }

    /// A whole transaction in one round trip: nothing in it waits for the answer to what stands before. What fails makes
    /// the `COMMIT` behind it a rollback.
    pub(crate) async fn transact(&self, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
        let work = async |connection: &Object| {
            prepare_all(connection, &ops).await?;
            let all =
                (execute(connection, "BEGIN"), perform_all(connection, ops), execute(connection, "COMMIT"));
            let (begun, answers, committed) = join3(all.0, all.1, all.2).await;
            begun?;
            let answers = answers?;
            committed?;
            Ok(answers)
        };
        self.link().await?.ask(work).await
    }

    pub(crate) async fn prepare(&self, statement: Prepared) -> Result<()> {
        let (name, sql) = match statement {
            Prepared::Statement(statement) => (statement.name, statement.sql),
            Prepared::Batch(batch) => (batch.name, batch.postgres()),
        };
        let mut link = self.link().await?;
        link.ask(async |connection| {
            connection.prepare(sql).await.map(|_| ()).map_err(|error| refused(name, &error))
        })
        .await
    }

    async fn link(&self) -> Result<Link> {
        let connection = self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Link::new(connection, Arc::clone(&self.patience)))
    }
}

impl PostgresTx {
    pub(crate) async fn run(&mut self, statement: &'static Statement, values: &[Value]) -> Result<u64> {
        let failed = |error: tokio_postgres::Error| refused(statement.name, &error);
        self.link
            .ask(async |connection| {
                let prepared = connection.prepare_cached(statement.sql).await.map_err(failed)?;
                connection.execute_raw(&prepared, values).await.map_err(failed)
            })
            .await
    }

    pub(crate) async fn all(&mut self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        self.link.ask(async |connection| query(connection, statement, values).await).await
    }

    pub(crate) async fn script(&mut self, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
        self.link
            .ask(async |connection| {
                prepare_all(connection, &ops).await?;
                perform_all(connection, ops).await
            })
            .await
    }

    /// When this fails, it may have happened all the same.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let committed = self.link.ask(async |connection| execute(connection, "COMMIT").await).await;
        self.is_over = committed.is_ok();
        committed
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        if !self.is_over {
            self.link.throw_away();
        }
    }
}

async fn execute(connection: &Object, sql: &'static str) -> Result<()> {
    connection.batch_execute(sql).await.map_err(|error| refused(sql, &error))
}

/// One that had to be prepared on its way would leave after those behind it.
async fn prepare_all(connection: &Object, ops: &[Op]) -> Result<()> {
    for op in ops {
        let (name, sql) = match op {
            Op::Run(statement, _) => (statement.name, statement.sql),
            Op::Batch(batch, _) => (batch.name, batch.postgres()),
            Op::Each(batch, _) => (batch.name, batch.postgres_each()),
        };
        connection.prepare_cached(sql).await.map_err(|error| refused(name, &error))?;
    }
    Ok(())
}

/// Polled together, prepared statements leave in one pipeline, in order.
async fn perform_all(connection: &Object, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
    try_join_all(ops.into_iter().map(|op| perform(connection, op))).await
}

async fn perform(connection: &Object, op: Op) -> Result<Vec<Row>> {
    match op {
        Op::Run(statement, values) => query(connection, statement, &values).await,
        Op::Batch(batch, rows) => many(connection, batch, rows).await,
        Op::Each(batch, rows) => each(connection, batch, rows).await,
    }
}

async fn many(connection: &Object, batch: &'static Batch, rows: Rows) -> Result<Vec<Row>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let arrays = column_arrays(batch, rows)?;
    send(connection, (batch, batch.postgres()), &arrays).await
}

async fn each(connection: &Object, batch: &'static Batch, rows: Rows) -> Result<Vec<Row>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let asked = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut parameters = column_arrays(batch, rows)?;
    parameters.push(Box::new(asked));
    send(connection, (batch, batch.postgres_each()), &parameters).await.map(|_| Vec::new())
}

async fn send(
    connection: &Object,
    (batch, sql): (&'static Batch, &'static str),
    parameters: &[Parameter],
) -> Result<Vec<Row>> {
    let failed = |error: tokio_postgres::Error| match error.code() {
        Some(&SqlState::DIVISION_BY_ZERO) => Error::Unmet { statement: batch.name },
        _ => refused(batch.name, &error),
    };
    let prepared = connection.prepare_cached(sql).await.map_err(failed)?;
    let parameters: Vec<_> = parameters.iter().map(|parameter| &**parameter as _).collect();
    let rows = connection.query(&prepared, &parameters).await.map_err(failed)?;
    rows.iter().map(decode).collect()
}

async fn query(connection: &Object, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
    let failed = |error: tokio_postgres::Error| refused(statement.name, &error);
    let prepared = connection.prepare_cached(statement.sql).await.map_err(failed)?;
    let parameters: Vec<_> = values.iter().map(|value| value as _).collect();
    let rows = connection.query(&prepared, &parameters).await.map_err(failed)?;
    rows.iter().map(decode).collect()
}

fn refused(statement: &'static str, error: &tokio_postgres::Error) -> Error {
    let Some(database) = error.as_db_error() else {
        let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        return if error.is_closed() {
            Error::Unavailable(reason)
        } else {
            Error::Refused { statement, reason }
        };
    };
    let reason = || database.message().to_owned();
    match *database.code() {
        SqlState::UNIQUE_VIOLATION => {
            Error::Unique { statement, constraint: database.constraint().unwrap_or_default().to_owned() }
        }
        SqlState::FOREIGN_KEY_VIOLATION => Error::ForeignKey { statement },
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::QUERY_CANCELED
        | SqlState::LOCK_NOT_AVAILABLE => Error::Unavailable(reason()),
        SqlState::DISK_FULL => Error::Full(reason()),
        _ => Error::Refused { statement, reason: reason() },
    }
}
