//! A provider on the loopback, for tests.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One listening server; it ends with the test's runtime.
pub(crate) struct Provider {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    left: Arc<AtomicUsize>,
}

/// What a server does with a connection, in order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends the bytes at once.
    Send(Vec<u8>),
    /// Does nothing for so many milliseconds.
    Pause(u64),
    /// Does nothing more, until the client leaves.
    Hang,
}

type Script = Arc<dyn Fn(&str, usize) -> Vec<Step> + Send + Sync>;

impl Provider {
    /// Answers every request with the bytes; none at all keep the caller waiting.
    pub(crate) async fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::scripted(move |request, _| match answer(request) {
            bytes if bytes.is_empty() => vec![Step::Hang],
            bytes => vec![Step::Send(bytes)],
        })
        .await
    }

    /// Answers as the script says, which is told the request and its number, from 0.
    pub(crate) async fn scripted(script: impl Fn(&str, usize) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, left) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (log, leavers, script) = (Arc::clone(&seen), Arc::clone(&left), Arc::new(script) as Script);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&log), Arc::clone(&leavers), Arc::clone(&script)));
            }
        });
        Self { address, seen, left }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Every request so far, head and body.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many clients have left while they were kept waiting.
    pub(crate) async fn left_by(&self, clients: usize) {
        while self.left.load(Ordering::SeqCst) < clients {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

/// A whole HTTP answer; `headers` are lines with their ends.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

/// The head of a stream, which ends with its connection.
pub(crate) fn stream_head() -> Step {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\n";
    Step::Send(head.as_bytes().to_vec())
}

async fn serve(
    mut connection: TcpStream,
    seen: Arc<Mutex<Vec<String>>>,
    left: Arc<AtomicUsize>,
    script: Script,
) {
    let request = read(&mut connection).await;
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        seen.len() - 1
    };
    for step in script(&request, number) {
        match step {
            Step::Send(bytes) => {
                let _ = connection.write_all(&bytes).await;
            }
            Step::Pause(pause_ms) => tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await,
            Step::Hang => {
                let mut nothing = [0; 16];
                while !matches!(connection.read(&mut nothing).await, Ok(0) | Err(_)) {}
                left.fetch_add(1, Ordering::SeqCst);
            }
        }
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
    }
}

fn content_length(head: &str) -> usize {
    let line = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    line.unwrap_or(0)
}
