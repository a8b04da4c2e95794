use tokio::sync::broadcast;

use crate::Db;
use crate::db::Engine;

/// Signals that a slow listener may be behind before it loses some.
pub(crate) const HEARD_AT_ONCE: usize = 4_096;

/// What this process and others that share the database tell each other.
#[derive(Debug)]
pub struct Signals(broadcast::Receiver<String>);

impl Db {
    /// Tells everybody who listens on this database, in this process at once and in others soon; best effort.
    ///
    /// A signal wakes, it carries no truth: it may be lost, and whoever waits for one also looks by itself. At most
    /// 8,000 bytes, PostgreSQL's limit.
    pub fn tell(&self, signal: &str) {
        match &*self.0 {
            Engine::Sqlite(sqlite) => sqlite.tell(signal),
            Engine::Postgres(postgres) => postgres.line().tell(signal),
        }
    }

    /// Listens from here on.
    pub fn signals(&self) -> Signals {
        match &*self.0 {
            Engine::Sqlite(sqlite) => Signals(sqlite.listen()),
            Engine::Postgres(postgres) => Signals(postgres.line().listen()),
        }
    }
}

impl Signals {
    /// The next signal; empty when some may have been lost, `None` when the database is closed.
    pub async fn next(&mut self) -> Option<String> {
        match self.0.recv().await {
            Ok(signal) => Some(signal),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(String::new()),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
