use std::sync::OnceLock;
use std::time::Duration;

use futures::{StreamExt, stream};
use tokio::sync::{broadcast, mpsc};
use tokio_postgres::{AsyncMessage, Client, Connection, Notification, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{connect, refused};
use crate::wake::HEARD_AT_ONCE;
use crate::{Error, Result};

/// How long a lost line waits before it is laid again.
const PAUSE: Duration = Duration::from_secs(1);

/// One connection of this process for LISTEN and NOTIFY, laid again when it is lost.
#[derive(Debug)]
pub(crate) struct Line {
    outgoing: mpsc::UnboundedSender<String>,
    heard: broadcast::Sender<String>,
    /// Another way for what goes out, when there is one.
    diverted: OnceLock<mpsc::UnboundedSender<String>>,
}

impl Line {
    pub(super) fn start(url: String, timeout_ms: u64) -> Self {
        let (outgoing, outbox) = mpsc::unbounded_channel();
        let heard = broadcast::channel(HEARD_AT_ONCE).0;
        tokio::spawn(keep(url, timeout_ms, outbox, heard.clone()));
        Self { outgoing, heard, diverted: OnceLock::new() }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<String> {
        self.heard.subscribe()
    }

    pub(crate) fn tell(&self, signal: &str) {
        // Neither is waited for: whoever hears nothing looks by itself.
        let _ = self.heard.send(signal.to_owned());
        let _ = self.diverted.get().unwrap_or(&self.outgoing).send(signal.to_owned());
    }

    /// Sends what goes out another way from now on; `false` when it does already.
    pub(crate) fn divert(&self, way: mpsc::UnboundedSender<String>) -> bool {
        self.diverted.set(way).is_ok()
    }

    /// The way by the database.
    pub(crate) fn by_database(&self) -> mpsc::UnboundedSender<String> {
        self.outgoing.clone()
    }

    /// Where what is heard is told.
    pub(crate) fn heard(&self) -> broadcast::Sender<String> {
        self.heard.clone()
    }
}

async fn keep(
    url: String,
    timeout_ms: u64,
    mut outbox: mpsc::UnboundedReceiver<String>,
    heard: broadcast::Sender<String>,
) {
    while let Err(error) = session(&url, timeout_ms, &mut outbox, &heard).await {
        tracing::debug!(%error, "the line for signals is down; laying it again");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Carries signals both ways until the database is closed or the connection is lost.
async fn session(
    url: &str,
    timeout_ms: u64,
    outbox: &mut mpsc::UnboundedReceiver<String>,
    heard: &broadcast::Sender<String>,
) -> Result<()> {
    let failed = |error: tokio_postgres::Error| refused("NOTIFY", &error);
    let (config, tls) = connect::config(url, timeout_ms)?;
    let (client, connection) = config.connect(tls).await.map_err(failed)?;
    let mut incoming = drive(connection);
    let row = client
        .query_one("SELECT pg_backend_pid(), left('bloxserver_' || current_schema(), 63)", &[])
        .await
        .map_err(failed)?;
    let (own, channel): (i32, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
    client.batch_execute(&format!("LISTEN \"{channel}\"")).await.map_err(failed)?;
    // What was said while nobody listened is lost: whoever listens looks once by itself.
    let _ = heard.send(String::new());
    loop {
        tokio::select! {
            note = incoming.recv() => {
                let note = note.ok_or_else(|| Error::Unavailable("the connection ended".to_owned()))?;
                if note.process_id() != own {
                    let _ = heard.send(note.payload().to_owned());
                }
            }
            signal = outbox.recv() => match signal {
                Some(signal) => notify(&client, &channel, &signal).await?,
                None => return Ok(()),
            },
        }
    }
}

async fn notify(client: &Client, channel: &str, signal: &str) -> Result<()> {
    let sent = client.execute("SELECT pg_notify($1, $2)", &[&channel, &signal]).await;
    sent.map(|_| ()).map_err(|error| refused("NOTIFY", &error))
}

type Tls = <MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<Socket>>::Stream;

/// Lets a connection work, and hands out what it hears; the channel closes with the connection.
fn drive(mut connection: Connection<Socket, Tls>) -> mpsc::UnboundedReceiver<Notification> {
    let (sender, incoming) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(note) = message
                && sender.send(note).is_err()
            {
                return;
            }
        }
    });
    incoming
}
