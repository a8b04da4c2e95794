//! Signals between nodes through the shared server, in the place of PostgreSQL's.

use std::time::Duration;

use futures::StreamExt;
use tokio::sync::{broadcast, mpsc};

use super::Shared;
use crate::db::Engine;
use crate::{Db, Error, Result};

/// Signals carry ids and no truth: several installations on one server would only wake each other for nothing.
const CHANNEL: &str = "bloxserver:signals";
/// How long a lost subscription waits before it is made again.
const PAUSE: Duration = Duration::from_secs(1);

impl Db {
    /// Sends signals through the shared server from now on, and through the database while that is away; inside a
    /// runtime. A SQLite database has one process and needs neither.
    pub fn signal_through(&self, shared: &Shared) {
        if let Engine::Postgres(postgres) = &*self.0 {
            let line = postgres.line();
            let (outgoing, outbox) = mpsc::unbounded_channel();
            if line.divert(outgoing) {
                let own = format!("{:016x}", u64::from_le_bytes(kit::Entropy::system().bytes()));
                tokio::spawn(speak(shared.clone(), own.clone(), outbox, line.by_database()));
                tokio::spawn(hear(shared.clone(), own, line.heard()));
            }
        }
    }
}

/// Publishes; what cannot be published goes by the database.
async fn speak(
    shared: Shared,
    own: String,
    mut outbox: mpsc::UnboundedReceiver<String>,
    by_database: mpsc::UnboundedSender<String>,
) {
    while let Some(signal) = outbox.recv().await {
        if shared.publish(&format!("{own} {signal}")).await.is_err() {
            // Closed with the database.
            let _ = by_database.send(signal);
        }
    }
}

async fn hear(shared: Shared, own: String, heard: broadcast::Sender<String>) {
    loop {
        if let Err(error) = subscription(&shared, &own, &heard).await {
            tracing::debug!(%error, "the subscription for signals is down; making it again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Hears others until the connection is lost.
async fn subscription(shared: &Shared, own: &str, heard: &broadcast::Sender<String>) -> Result<()> {
    let failed = |error: redis::RedisError| Error::Unavailable(error.to_string());
    let mut subscriber = shared.0.client.get_async_pubsub().await.map_err(failed)?;
    subscriber.subscribe(CHANNEL).await.map_err(failed)?;
    // What was said while nobody listened is lost: whoever listens looks once by itself.
    let _ = heard.send(String::new());
    let mut messages = subscriber.into_on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload().map_err(failed)?;
        if let Some((sender, signal)) = text.split_once(' ')
            && sender != own
        {
            let _ = heard.send(signal.to_owned());
        }
    }
    Err(Error::Unavailable("the subscription ended".to_owned()))
}

impl Shared {
    async fn publish(&self, message: &str) -> Result<()> {
        let (generation, Some(mut connection)) = (self.generation(), self.lock().clone()) else {
            return Err(Error::Unavailable("the shared server is away".to_owned()));
        };
        let sent = redis::cmd("PUBLISH").arg(CHANNEL).arg(message).query_async::<i64>(&mut connection).await;
        sent.map(|_| ()).map_err(|error| {
            let error = Error::Unavailable(format!("PUBLISH: {error}"));
            self.lose(generation, &error);
            error
        })
    }
}
