use async_trait::async_trait;
use net::{Redirects, Request};

/// A key set is a few kilobytes.
const KEYS_MAX_BYTES: u64 = 256 * 1024;
const FETCH_TIMEOUT_MS: u64 = 5_000;

/// Fetches the public keys of an issuer; tests count how often.
#[async_trait]
pub trait FetchKeys: Send + Sync + std::fmt::Debug {
    /// The body behind an address, or the reason why there is none. Follows no redirect.
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, String>;
}

#[async_trait]
impl FetchKeys for net::Client {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        let request = Request {
            redirects: Redirects::Refuse,
            timeout_ms: FETCH_TIMEOUT_MS,
            max_response_bytes: KEYS_MAX_BYTES,
            ..Request::get(url)
        };
        let response = self.send(request).await.map_err(|error| error.to_string())?;
        if !response.is_success() {
            return Err(format!("the answer's status is {}", response.status));
        }
        Ok(response.body.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request with these bytes; the answer is its address.
    async fn server(answer: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/.well-known/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _ = connection.read(&mut request).await;
            // The client hangs up on an answer that is too large.
            let _ = connection.write_all(&answer).await;
        });
        url
    }

    async fn fetch(status: &str, header: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{header}\r\n");
        let url = server([head.as_bytes(), body].concat()).await;
        net::Client::new("127.0.0.1".parse().unwrap()).unwrap().fetch(&url).await
    }

    #[tokio::test]
    async fn the_body_of_a_good_answer_comes_back() {
        assert_eq!(fetch("200 OK", "", b"{\"keys\":[]}").await.unwrap(), b"{\"keys\":[]}");
        let largest = vec![b' '; usize::try_from(KEYS_MAX_BYTES).unwrap()];
        assert_eq!(fetch("200 OK", "", &largest).await.unwrap(), largest);
    }

    #[tokio::test]
    async fn j22_a_redirect_an_error_and_too_much_are_no_answer() {
        let elsewhere = server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()).await;
        let reason = fetch("302 Found", &format!("location: {elsewhere}\r\n"), b"").await.unwrap_err();
        assert!(reason.contains("302"), "{reason}");
        assert!(fetch("404 Not Found", "", b"{}").await.is_err());
        assert!(fetch("500 Internal Server Error", "", b"{}").await.is_err());
        let too_much = vec![b' '; usize::try_from(KEYS_MAX_BYTES).unwrap() + 1];
        assert!(fetch("200 OK", "", &too_much).await.is_err());
    }
}
