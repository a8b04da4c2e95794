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
