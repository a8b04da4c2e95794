use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Config;
use crate::terminal::{note, say};

const TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the server of this configuration whether it is alive: for the health check of a container.
pub(crate) async fn run(config: &Config) -> Result<ExitCode> {
    let answer = ask(config, "/health/live").await?;
    if answer.starts_with("HTTP/1.1 200") {
        say("alive");
        return Ok(ExitCode::SUCCESS);
    }
    note(answer.lines().next().unwrap_or("an empty answer"));
    Ok(ExitCode::FAILURE)
}

/// What the server of this configuration answers to a request for a path: head and body.
pub(crate) async fn ask(config: &Config, path: &str) -> Result<String> {
    // A server that listens everywhere is asked on loopback.
    let host = if config.host.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { config.host };
    let address = SocketAddr::new(host, config.port);
    tokio::time::timeout(TIMEOUT, exchange(address, path)).await.context("no answer in time")?
}

async fn exchange(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream =
        TcpStream::connect(address).await.with_context(|| format!("nobody listens on {address}"))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
