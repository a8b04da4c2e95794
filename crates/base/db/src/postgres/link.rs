use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use tokio::sync::Notify;

use crate::{Error, Result};

/// How long a database may be silent; shared by all connections.
#[derive(Debug)]
pub(super) struct Patience {
    deadline: Duration,
    hung_up: Notify,
}

/// A connection out of the pool; thrown away, not given back, when an answer is missing on it.
#[derive(Debug)]
pub(super) struct Link {
    // `None` once it is thrown away.
    connection: Option<Object>,
    patience: Arc<Patience>,
}

impl Patience {
    pub(super) fn new(deadline: Duration) -> Self {
        Self { deadline, hung_up: Notify::new() }
    }

    /// Gives up every answer that somebody waits for.
    pub(super) fn hang_up(&self) {
        self.hung_up.notify_waiters();
    }
}

impl Link {
    pub(super) fn new(connection: Object, patience: Arc<Patience>) -> Self {
        Self { connection: Some(connection), patience }
    }

    /// Does something with the connection, unless the database is silent for too long: what it did is not known then.
    pub(super) async fn ask<T>(&mut self, work: impl AsyncFnOnce(&Object) -> Result<T>) -> Result<T> {
        let connection = self.connection.as_ref().ok_or_else(over)?;
        let silence = tokio::select! {
            answer = work(connection) => return answer,
            () = self.patience.hung_up.notified() => "the connection was given up".to_owned(),
            () = tokio::time::sleep(self.patience.deadline) => format!("no answer within {:?}", self.patience.deadline),
        };
        self.throw_away();
        Err(Error::Unavailable(silence))
    }

    /// Closes it; a transaction on it is rolled back. The pool makes a new one.
    pub(super) fn throw_away(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

fn over() -> Error {
    Error::Unavailable("the connection is closed".to_owned())
}
