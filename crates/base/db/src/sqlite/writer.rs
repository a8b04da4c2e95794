use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::checkpoint::Checkpoints;
use super::connection::{batch, refused, rows, run};
use super::space::give_back;
use crate::tx::{Op, each_answered};
use crate::{Error, Result, Row, Statement, Value};

/// The one thread that writes.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Sender<Job>,
    // Whoever holds it may write; fair, so nobody waits for ever.
    turn: Arc<Mutex<()>>,
}

/// One writer's turn: a transaction that begins with its first statement.
#[derive(Debug)]
pub(crate) struct WriterTurn {
    jobs: Sender<Job>,
    is_open: bool,
    _turn: OwnedMutexGuard<()>,
}

#[derive(Debug)]
enum Job {
    Run(&'static Statement, Vec<Value>, oneshot::Sender<Result<u64>>),
    All(&'static Statement, Vec<Value>, oneshot::Sender<Result<Vec<Row>>>),
    Script(Vec<Op>, oneshot::Sender<Result<Vec<Vec<Row>>>>),
    Transact(Vec<Op>, oneshot::Sender<Result<Vec<Vec<Row>>>>),
    Commit(oneshot::Sender<Result<()>>),
    Close,
    GiveBack(oneshot::Sender<Result<u64>>),
    Rollback,
}

impl Writer {
    pub(super) fn start(connection: Connection, checkpoints: Checkpoints) -> Result<(Self, JoinHandle<()>)> {
        let (jobs, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || work(&connection, checkpoints, &inbox))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok((Self { jobs, turn: Arc::new(Mutex::new(())) }, thread))
    }

    pub(super) async fn turn(&self) -> Result<WriterTurn> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(WriterTurn { jobs: self.jobs.clone(), is_open: false, _turn: turn })
    }

    /// Lets the thread end, once whoever writes has written.
    pub(super) async fn close(&self) -> Result<()> {
        let turn = self.turn().await?;
        turn.jobs.send(Job::Close).map_err(|_| closed())
    }

    /// Gives some unused space back to the file system; answers how many bytes.
    pub(super) async fn give_back(&self) -> Result<u64> {
        let turn = self.turn().await?;
        turn.ask(Job::GiveBack).await
    }
}

impl WriterTurn {
    pub(crate) async fn run(&mut self, statement: &'static Statement, values: &[Value]) -> Result<u64> {
        self.is_open = true;
        self.ask(|reply| Job::Run(statement, values.to_vec(), reply)).await
    }

    pub(crate) async fn all(&mut self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        self.is_open = true;
        self.ask(|reply| Job::All(statement, values.to_vec(), reply)).await
    }

    pub(crate) async fn script(&mut self, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
        self.is_open = true;
        self.ask(|reply| Job::Script(ops, reply)).await
    }

    pub(crate) async fn transact(&mut self, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
        // The writer commits or rolls back itself: nothing is left open for `drop`.
        self.ask(|reply| Job::Transact(ops, reply)).await
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        if !self.is_open {
            return Ok(());
        }
        let result = self.ask(Job::Commit).await;
        self.is_open = result.is_err();
        result
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T>>) -> Job) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl Drop for WriterTurn {
    fn drop(&mut self) {
        if self.is_open {
            // A closed writer has nothing to roll back.
            let _ = self.jobs.send(Job::Rollback);
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("the writer has stopped".to_owned())
}

fn work(connection: &Connection, mut checkpoints: Checkpoints, inbox: &Receiver<Job>) {
    while let Ok(job) = inbox.recv() {
        // A reply that nobody waits for any more is rolled back by the turn's end.
        match job {
            Job::Run(statement, values, reply) => {
                let _ = reply.send(within(connection, || {
                    run(connection, statement.name, statement.sqlite(), &values)
                }));
            }
            Job::All(statement, values, reply) => {
                let _ = reply.send(within(connection, || {
                    rows(connection, statement.name, statement.sqlite(), &values)
                }));
            }
            Job::Script(ops, reply) => {
                let _ = reply.send(within(connection, || script(connection, &ops)));
            }
            Job::Close => {
                // Of connections that end side by side none may be the last: what is in the log is moved before.
                empty_log(connection);
                return;
            }
            Job::GiveBack(reply) => {
                let _ = reply.send(give_back(connection));
            }
            Job::Transact(ops, reply) => {
                let _ = reply.send(transact(connection, &ops));
            }
            Job::Commit(reply) => {
                let _ = reply.send(execute(connection, "COMMIT"));
            }
            Job::Rollback => rollback(connection),
        }
        if connection.is_autocommit() {
            checkpoints.between_commits(connection);
        }
    }
}

fn within<T>(connection: &Connection, step: impl FnOnce() -> Result<T>) -> Result<T> {
    if connection.is_autocommit() {
        execute(connection, "BEGIN IMMEDIATE")?;
    }
    step()
}

fn transact(connection: &Connection, ops: &[Op]) -> Result<Vec<Vec<Row>>> {
    let outcome = within(connection, || {
        let answers = script(connection, ops)?;
        execute(connection, "COMMIT")?;
        Ok(answers)
    });
    if outcome.is_err() {
        rollback(connection);
    }
    outcome
}

fn script(connection: &Connection, ops: &[Op]) -> Result<Vec<Vec<Row>>> {
    ops.iter()
        .map(|op| match op {
            Op::Run(statement, values) => rows(connection, statement.name, statement.sqlite(), values),
            Op::Batch(statement, asked) => batch(connection, statement, asked),
            Op::Each(statement, asked) => {
                each_answered(statement, asked.len(), batch(connection, statement, asked)?)
            }
        })
        .collect()
}

fn empty_log(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        // What stays in the log is read from there at the next start.
        tracing::warn!(error = %refused("CLOSE", &error), "the write-ahead log could not be emptied");
    }
}

fn execute(connection: &Connection, sql: &'static str) -> Result<()> {
    run(connection, sql, sql, &[]).map(|_| ())
}

fn rollback(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(error = %refused("ROLLBACK", &error), "a transaction could not be rolled back");
    }
}
