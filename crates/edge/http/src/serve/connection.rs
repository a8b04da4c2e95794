use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::{MAX_BUFFER_BYTES, Routes};

/// The two ways a connection ends early.
pub(super) struct Ends {
    /// Answer what is open, then close.
    pub(super) stop: CancellationToken,
    /// Close at once.
    pub(super) cut_off: CancellationToken,
}

/// HTTP/1.1 with a clock: without a timer hyper's timeouts do nothing, and a slow client holds its place for ever.
///
/// The timeout runs from the moment a head may come, so it ends idle connections too. Answers are flushed one by one:
/// hyper's `pipeline_flush` would keep one back as long as the next request is half here, and the 400 of a bad one for
/// ever.
pub(super) fn http1(header_timeout_ms: u64) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(header_timeout_ms))
        .max_buf_size(MAX_BUFFER_BYTES);
    builder
}

/// Serves one connection to its end.
pub(super) async fn serve(
    http: http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    routes: Routes,
    ends: Ends,
) {
    // Answers are small and complete: waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A router is always ready.
        routes.current().call(request)
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = ends.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                result = connection => result,
                () = ends.cut_off.cancelled() => Ok(()),
            }
        }
    };
    if let Err(error) = result {
        // A caller that hangs up or sends no HTTP: nothing to mend here.
        tracing::debug!(%error, "a connection broke off");
    }
}
