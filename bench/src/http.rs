//! The smallest client that can keep a connection: what it costs is taken from what it measures.

use std::borrow::Cow;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A kept connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A status and a body.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a whole request and reads the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, from, length) = loop {
            self.read().await?;
            if let Some(head) = head(&self.buffer)? {
                break head;
            }
        };
        while self.buffer.len() < from + length {
            self.read().await?;
        }
        Ok(Answer { status, body: &self.buffer[from..from + length] })
    }

    /// Sends a whole request and reads a stream of events to its end; the status, and when the first event had come.
    pub(crate) async fn ask_stream(&mut self, request: &[u8]) -> Result<(u16, Instant)> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut first = None;
        loop {
            self.read().await?;
            if first.is_none() && contains(&self.buffer, b"\ndata: ") {
                first = Some(Instant::now());
            }
            // The end of the transfer encoding; no event has a line like it.
            if self.buffer.ends_with(b"\r\n0\r\n\r\n") {
                break;
            }
        }
        ensure!(contains(&self.buffer, b"data: [DONE]"), "not a whole stream: {}", self.text());
        let status = self.text().split(' ').nth(1).context("no status line")?.parse()?;
        Ok((status, first.context("a stream without events")?))
    }

    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.buffer)
    }

    /// The same with JSON in and out; an answer other than 2xx is an error.
    pub(crate) async fn json(&mut self, head: &str, token: &str, body: Option<&Json>) -> Result<Json> {
        let body = body.map(Json::to_string).unwrap_or_default();
        let answer = self.ask(&request(head, Some(token), &body)).await?;
        let text = String::from_utf8_lossy(answer.body);
        ensure!((200..300).contains(&answer.status), "{head} answered {}: {text}", answer.status);
        serde_json::from_str(&text).with_context(|| format!("{head} answered {text}"))
    }

    async fn read(&mut self) -> Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
        Ok(())
    }
}

/// A request as bytes; `head` is the method and the path.
pub(crate) fn request(head: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "{head} HTTP/1.1\r\nhost: localhost\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// The status, where the body begins and how long it is, once the head has come.
fn head(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end])?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?.parse()?;
    for line in lines {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            return Ok(Some((status, end + 4, value.trim().parse()?)));
        }
    }
    bail!("an answer without a length:\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let answer = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(head(answer).unwrap(), Some((202, 44, 2)));
        assert_eq!(head(&answer[..30]).unwrap(), None);
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
