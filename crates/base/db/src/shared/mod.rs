//! What nodes share and may lose: counters and signals, in a Redis or Valkey.
//!
//! It is never the only place of anything. While it is away, whoever asks is told so at once and does without.

mod connection;
mod examine;
mod signals;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use tokio::sync::Notify;

pub use examine::SharedServer;

use crate::{Error, Result};

/// How long one answer may take: a request waits for it.
const ANSWER: Duration = Duration::from_millis(500);
const CONNECT: Duration = Duration::from_secs(2);

/// A Redis or Valkey; cheap to clone.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    client: Client,
    config: AsyncConnectionConfig,
    /// Absent while it is away.
    connection: Mutex<Option<MultiplexedConnection>>,
    /// Raised with every new connection.
    generation: AtomicU64,
    lost: Notify,
}

/// A program that runs in the server as one step: everything in it happens at once, or nothing.
pub struct Script {
    name: &'static str,
    code: &'static str,
    prepared: OnceLock<redis::Script>,
}

impl Shared {
    /// Reads `REDIS_URL` and connects; one that is away is asked again every second.
    ///
    /// Fails when the address is none.
    pub async fn open(url: &str) -> Result<Self> {
        let shared = Self(Arc::new(Inner {
            client: client(url)?,
            config: config(),
            connection: Mutex::default(),
            generation: AtomicU64::new(0),
            lost: Notify::new(),
        }));
        if let Err(error) = shared.connect().await {
            shared.tell_away(&error);
        }
        tokio::spawn(connection::keep(Arc::downgrade(&shared.0)));
        Ok(shared)
    }

    /// Runs a script, which answers numbers.
    ///
    /// Fails at once with [`Error::Unavailable`] while the server is away, and for whatever else it objects to.
    pub async fn run(&self, script: &'static Script, keys: &[String], values: &[String]) -> Result<Vec<i64>> {
        let (generation, Some(mut connection)) = (self.generation(), self.lock().clone()) else {
            return Err(Error::Unavailable("the shared server is away".to_owned()));
        };
        let prepared = script.prepared.get_or_init(|| redis::Script::new(script.code));
        let mut call = prepared.prepare_invoke();
        for key in keys {
            call.key(key);
        }
        for value in values {
            call.arg(value);
        }
        call.invoke_async(&mut connection).await.map_err(|error| {
            let error = Error::Unavailable(format!("{}: {error}", script.name));
            self.lose(generation, &error);
            error
        })
    }

    /// Whether it answered when it was last asked.
    pub fn is_up(&self) -> bool {
        self.lock().is_some()
    }

    /// A number that rises with every new connection: what was known of the server before may be gone.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script {
    /// A script by its name in messages and its text, in Lua.
    pub const fn new(name: &'static str, code: &'static str) -> Self {
        Self { name, code, prepared: OnceLock::new() }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address holds the password.
        f.debug_struct("Shared").field("is_up", &self.is_up()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Script").field("name", &self.name).finish_non_exhaustive()
    }
}

fn client(url: &str) -> Result<Client> {
    // What the driver says of an address may repeat its password.
    Client::open(url).map_err(|_| Error::BadSharedUrl)
}

fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new().set_response_timeout(Some(ANSWER)).set_connection_timeout(Some(CONNECT))
}
