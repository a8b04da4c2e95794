use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The whole answer to a connection for which there is no place.
const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
content-type: application/json\r\n\
content-length: 82\r\n\
retry-after: 1\r\n\
connection: close\r\n\
\r\n\
{\"code\":\"overloaded\",\"message\":\"too many open connections; try again in a second\"}";

/// How long the refused caller may take to read it.
const PATIENCE_MS: u64 = 500;

/// Says that there is no place, and closes.
pub(super) async fn answer(mut stream: TcpStream) {
    // Closing with unread bytes would reset the connection before the answer is read.
    let goodbye = async {
        stream.write_all(ANSWER).await?;
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // Either way the connection ends here.
    let _ = tokio::time::timeout(Duration::from_millis(PATIENCE_MS), goodbye).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_length_is_the_body_s() {
        let text = std::str::from_utf8(ANSWER).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
        assert!(serde_json::from_str::<crate::ApiError>(body).is_ok());
    }
}
