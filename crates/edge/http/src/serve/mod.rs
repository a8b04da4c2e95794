//! The accept loop: connections with timeouts, a cap on their number, and an orderly end.

mod connection;
mod overload;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use routes::Routes;

/// How connections are treated.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// How long a connection may take to send a request's head, and how long it may idle between two.
    pub header_timeout_ms: u64,
    /// One connection more is answered with 503 and closed.
    pub max_open: usize,
    /// How long open requests may go on after the stop signal.
    pub drain_ms: u64,
}

impl Default for Connections {
    /// 30 s for a head, 4,096 connections, 30 s to drain.
    fn default() -> Self {
        Self { header_timeout_ms: 30_000, max_open: 4_096, drain_ms: 30_000 }
    }
}

/// A request's head may be this large, buffered body included.
const MAX_BUFFER_BYTES: usize = 64 * 1024;

/// How long to wait when the system has no more file descriptors or memory for a connection.
const ACCEPT_PAUSE_MS: u64 = 50;

/// Serves `routes` on `listener` until `stop`, then drains; answers how many connections had to be cut off.
///
/// Each request carries the caller's address as `ConnectInfo<SocketAddr>`.
pub async fn serve(
    listener: TcpListener,
    routes: impl Into<Routes>,
    settings: Connections,
    stop: CancellationToken,
) -> usize {
    let routes = routes.into();
    let places = Arc::new(Semaphore::new(settings.max_open));
    let open = TaskTracker::new();
    let cut_off = CancellationToken::new();
    let http = connection::http1(settings.header_timeout_ms);
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match stream {
            Ok(connection) => connection,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            refuse(&open, stream);
            continue;
        };
        let ends = connection::Ends { stop: stop.clone(), cut_off: cut_off.clone() };
        let visit = connection::serve(http.clone(), stream, peer, routes.clone(), ends);
        open.spawn(async move {
            visit.await;
            drop(place);
        });
    }
    drop(listener);
    drain(&open, &cut_off, settings.drain_ms).await
}

async fn drain(open: &TaskTracker, cut_off: &CancellationToken, drain_ms: u64) -> usize {
    open.close();
    if tokio::time::timeout(Duration::from_millis(drain_ms), open.wait()).await.is_ok() {
        return 0;
    }
    let abandoned = open.len();
    cut_off.cancel();
    open.wait().await;
    abandoned
}

/// Errors of one connection are its own; the system being out of descriptors needs a moment.
async fn pause_after(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "no connection can be accepted at the moment");
        tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
    }
}

fn refuse(open: &TaskTracker, stream: TcpStream) {
    metrics::counter!("bloxserver_http_connections_refused_total").increment(1);
    open.spawn(overload::answer(stream));
}
