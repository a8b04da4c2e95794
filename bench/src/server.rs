use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::time::Instant;

use crate::flow::BODY;
use crate::http::{Connection, request};
use crate::machine::{processor_ms, resident_mb};

/// A child process that answers; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From its start to its first good answer, in milliseconds.
    pub(crate) start_ms: f64,
}

const PATIENCE: Duration = Duration::from_secs(30);

impl Server {
    /// Starts it and asks `head` until the answer is 200.
    pub(crate) async fn start(mut command: Command, port: u16, head: &str) -> Result<Self> {
        let start = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{} does not start", command.get_program().display()))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut server = Self { child, address, start_ms: 0.0 };
        let question = request(head, None, BODY);
        while !server.answers(&question).await {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended at its start ({status}): {command:?}");
            }
            if start.elapsed() > PATIENCE {
                bail!("the server did not answer {head} within {PATIENCE:?}");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.start_ms = start.elapsed().as_secs_f64() * 1_000.0;
        Ok(server)
    }

    /// Memory in RAM now, in megabytes.
    pub(crate) fn resident_mb(&self) -> Result<f64> {
        resident_mb(self.child.id())
    }

    /// Time that it has had of the processors so far, in milliseconds.
    pub(crate) fn processor_ms(&self) -> Result<f64> {
        processor_ms(self.child.id())
    }

    async fn answers(&self, question: &[u8]) -> bool {
        let Ok(mut connection) = Connection::open(self.address).await else { return false };
        connection.ask(question).await.is_ok_and(|answer| answer.status == 200)
    }
}

impl Drop for Server {
    /// With `SIGKILL`: what was acknowledged must be on disk all the same.
    fn drop(&mut self) {
        // A process that has ended cannot be killed, and is waited for all the same.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
