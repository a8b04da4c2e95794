//! A server on the loopback that answers raw bytes, for tests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One listening server; it ends with the test's runtime.
pub(crate) struct Double {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

/// What a connection is answered, once.
pub(crate) struct Answer {
    bytes: Vec<u8>,
    hangs: bool,
}

impl Double {
    pub(crate) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_on("127.0.0.1", answer).await
    }

    pub(crate) async fn start_on(
        host: &str,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_at(host, 0, answer).await
    }

    pub(crate) async fn start_at(
        host: &str,
        port: u16,
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((host, port)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&log), Arc::clone(&answer)));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far, head and body.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl Answer {
    pub(crate) fn raw(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), hangs: false }
    }

    pub(crate) fn reply(status: &str, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
        Self { bytes: [head.as_bytes(), body].concat(), hangs: false }
    }

    pub(crate) fn ok(body: &[u8]) -> Self {
        Self::reply("200 OK", "", body)
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::reply(&format!("{status} Elsewhere"), &format!("Location: {location}\r\n"), b"")
    }

    /// Keeps the connection open after the answer.
    pub(crate) fn and_hang(self) -> Self {
        Self { hangs: true, ..self }
    }
}

async fn serve(
    mut connection: TcpStream,
    seen: Arc<Mutex<Vec<String>>>,
    answer: Arc<impl Fn(&str) -> Answer + Send + Sync>,
) {
    let request = read(&mut connection).await;
    let answer = answer(&request);
    seen.lock().unwrap().push(request);
    let _ = connection.write_all(&answer.bytes).await;
    if answer.hangs {
        std::future::pending::<()>().await;
    }
    let _ = connection.shutdown().await;
}

async fn read(connection: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut piece = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return text;
        }
        match connection.read(&mut piece).await {
            Ok(0) | Err(_) => return text,
            Ok(length) => request.extend_from_slice(&piece[..length]),
        }
        // A TLS handshake has no end of head: answer it at once.
        if request.first() == Some(&0x16) {
            return String::from_utf8_lossy(&request).into_owned();
        }
    }
}

fn content_length(head: &str) -> usize {
    let line = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    line.unwrap_or(0)
}
