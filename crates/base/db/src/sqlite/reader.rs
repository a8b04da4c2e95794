use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection::{cached, rows};
use crate::{Error, Result, Row, Settings, Statement, Value};

/// Threads that read, each with a connection of its own; they share one inbox.
#[derive(Debug)]
pub(super) struct Readers {
    jobs: Sender<Job>,
    number: usize,
}

#[derive(Debug)]
enum Job {
    All(&'static Statement, Vec<Value>, oneshot::Sender<Result<Vec<Row>>>),
    Prepare(&'static str, &'static str, oneshot::Sender<Result<()>>),
    Close,
}

impl Readers {
    pub(super) fn start(
        settings: &Settings,
        connect: impl Fn() -> Result<Connection>,
    ) -> Result<(Self, Vec<JoinHandle<()>>)> {
        let (jobs, inbox) = channel();
        let inbox = Arc::new(Mutex::new(inbox));
        let mut threads = Vec::new();
        for number in 0..settings.connections.max(1) {
            let connection = connect()?;
            let refuse_writes = connection.pragma_update(None, "query_only", "ON");
            refuse_writes.map_err(|error| Error::Unavailable(error.to_string()))?;
            let inbox = Arc::clone(&inbox);
            let thread = std::thread::Builder::new()
                .name(format!("sqlite-reader-{number}"))
                .spawn(move || work(&connection, &inbox))
                .map_err(|error| Error::Unavailable(error.to_string()))?;
            threads.push(thread);
        }
        Ok((Self { jobs, number: threads.len() }, threads))
    }

    pub(super) async fn all(&self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        self.ask(|reply| Job::All(statement, values.to_vec(), reply)).await
    }

    pub(super) async fn prepare(&self, name: &'static str, sql: &'static str) -> Result<()> {
        self.ask(|reply| Job::Prepare(name, sql, reply)).await
    }

    /// Lets the threads end, once they have answered what was asked before.
    pub(super) fn close(&self) {
        for _ in 0..self.number {
            // Whoever has ended already needs no word.
            let _ = self.jobs.send(Job::Close);
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T>>) -> Job) -> Result<T> {
        let closed = || Error::Unavailable("the readers have stopped".to_owned());
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn work(connection: &Connection, inbox: &Mutex<Receiver<Job>>) {
    loop {
        let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        // A question whose asker has gone is answered to nobody.
        match job {
            Ok(Job::All(statement, values, reply)) => {
                if !reply.is_closed() {
                    let _ = reply.send(rows(connection, statement.name, statement.sqlite(), &values));
                }
            }
            Ok(Job::Prepare(name, sql, reply)) => {
                let _ = reply.send(cached(connection, name, sql).map(|_| ()));
            }
            Ok(Job::Close) | Err(_) => return,
        }
    }
}
