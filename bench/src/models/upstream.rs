//! A provider that answers at once: the least that OpenAI's wire asks for, from memory.

use std::sync::LazyLock;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Words of a streamed answer; each is a frame, and each frame is sent by itself, as models write.
pub(super) const WORDS: usize = 20;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let body = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"One two three four five six seven."},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":9,"total_tokens":34}}"#;
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
});

/// The head with the first frame, the others, and the end: one write each.
static FRAMES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    let first = frame(r#"{"role":"assistant","content":""}"#, "null");
    let mut frames = vec![format!("{head}{first}").into_bytes()];
    frames.extend((0..WORDS).map(|_| frame(r#"{"content":" word"}"#, "null").into_bytes()));
    let usage = data(
        r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench","choices":[],"usage":{"prompt_tokens":25,"completion_tokens":20,"total_tokens":45}}"#,
    );
    frames.push(format!("{}{usage}{}0\r\n\r\n", frame("{}", r#""stop""#), data("[DONE]")).into_bytes());
    frames
});

/// Serves both forms of chat completions until it is killed.
pub(crate) async fn serve(port: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        // A client that leaves ends its own connection and nothing else.
        tokio::spawn(async move { drop(answer(connection).await) });
    }
}

async fn answer(mut connection: TcpStream) -> Result<()> {
    let mut request = Vec::with_capacity(16 * 1024);
    loop {
        request.clear();
        while !is_whole(&request) {
            if connection.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        }
        if contains(&request, b"\"stream\":true") {
            for frame in FRAMES.iter() {
                connection.write_all(frame).await?;
            }
        } else {
            connection.write_all(&WHOLE).await?;
        }
    }
}

/// Every question of the load is one JSON object, and its last byte comes last.
fn is_whole(request: &[u8]) -> bool {
    request.ends_with(b"}")
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn frame(delta: &str, finish_reason: &str) -> String {
    data(&format!(
        r#"{{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish_reason}}}]}}"#
    ))
}

/// One event as one chunk of the transfer encoding.
fn data(json: &str) -> String {
    let event = format!("data: {json}\n\n");
    format!("{:x}\r\n{event}\r\n", event.len())
}
