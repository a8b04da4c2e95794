//! What HTTP costs on this machine: the server's accept loop and entrance around a handler that does nothing.

use anyhow::Result;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use door::Failure;
use door::body::BodyLimits;
use kit::Entropy;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves `POST /echo` until it is killed.
pub(crate) async fn serve(port: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let settings =
        door::Settings { cors_origins: Vec::new(), body: BodyLimits::default(), entropy: Entropy::system() };
    let router = door::close(Router::new().route("/echo", post(echo)), &settings);
    door::serve(listener, router, door::Connections::default(), CancellationToken::new()).await;
    Ok(())
}

/// Reads JSON and says it back.
async fn echo(request: Request) -> door::Result<Response> {
    let body = door::body::read(request.into_body(), BodyLimits::default()).await?;
    let json: Value =
        serde_json::from_slice(&body).map_err(|error| Failure::bad_request(error.to_string()))?;
    Ok(Json(json).into_response())
}
