use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const WHOLE: &str = r#"{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"#;
const STREAMED: &str = concat!(
    "data: {\"id\":\"c\",\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}\n\n",
    "data: [DONE]\n\n",
);
const REFUSED: &str = r#"{"error":{"message":"no"}}"#;

/// A provider that speaks OpenAI's protocol and answers at once; it counts, and keeps nothing.
pub(crate) struct Model {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
}

impl Model {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("its address");
        let calls = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&calls);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                // Whoever hangs up is done.
                thread::spawn(move || serve(stream, &count));
            }
        });
        Self { address, calls }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

fn serve(stream: TcpStream, calls: &AtomicUsize) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        while !line.trim_end().is_empty() {
            line.clear();
            reader.read_line(&mut line)?;
            let value =
                line.to_ascii_lowercase().strip_prefix("content-length:").map(|rest| rest.trim().parse());
            length = value.and_then(std::result::Result::ok).unwrap_or(length);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        calls.fetch_add(1, Ordering::Relaxed);
        writer.write_all(answer(&String::from_utf8_lossy(&body)).as_bytes())?;
    }
}

/// Refuses who asks for it.
fn answer(body: &str) -> String {
    let of = |status: &str, kind: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    match body {
        body if body.contains("refuse me") => of("400 Bad Request", "application/json", REFUSED),
        body if body.contains("\"stream\":true") => of("200 OK", "text/event-stream", STREAMED),
        _ => of("200 OK", "application/json", WHOLE),
    }
}
