//! What a caller asks for.

use std::fmt;

use bytes::Bytes;

use crate::Method;

/// The time a request has unless it says otherwise.
pub const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// The bytes an answer may have, after decompression, unless the request says otherwise.
pub const DEFAULT_MAX_RESPONSE_BYTES: u64 = 10 * 1024 * 1024;

/// One request; its `Debug` shows neither header values nor the URL's path.
#[derive(Clone)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// An absolute `http` or `https` URL without a user and password.
    pub url: String,
    /// Names and values, in order; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Bytes>,
    /// The time for everything, redirects and body included; for a stream, the time until its head and between
    /// two chunks.
    pub timeout_ms: u64,
    /// The bytes the answer's body may have after decompression.
    pub max_response_bytes: u64,
    /// What happens with a redirect.
    pub redirects: Redirects,
}

/// What happens when the answer is a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redirects {
    /// It is followed, at most five times, every hop checked like the first request.
    #[default]
    Follow,
    /// It is the answer: the caller sees its 3xx status. For requests that carry a credential of ours.
    Refuse,
}

impl Request {
    /// A request with the default limits, no headers and no body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            timeout_ms: DEFAULT_TIMEOUT_MS,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            redirects: Redirects::Follow,
        }
    }

    /// A `GET` with the default limits.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    /// A `POST` of a body with the default limits.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { body: Some(body.into()), ..Self::new(Method::Post, url) }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the time for everything.
    #[must_use]
    pub fn timeout_ms(self, timeout_ms: u64) -> Self {
        Self { timeout_ms, ..self }
    }

    /// Sets the cap of the answer.
    #[must_use]
    pub fn max_response_bytes(self, max_response_bytes: u64) -> Self {
        Self { max_response_bytes, ..self }
    }

    /// Sets what happens with a redirect.
    #[must_use]
    pub fn redirects(self, redirects: Redirects) -> Self {
        Self { redirects, ..self }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &host_of(&self.url))
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .field("timeout_ms", &self.timeout_ms)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("redirects", &self.redirects)
            .finish()
    }
}

/// The only part of a URL that may be shown: tokens stand in paths and queries.
pub(crate) fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_request_keeps_its_secrets() {
        let request = Request::post("https://hooks.example/canary-path?key=canary-query", "canary-body")
            .header("Authorization", "Bearer canary-header");
        let printed = format!("{request:?}");
        assert!(printed.contains("hooks.example") && printed.contains("Authorization"));
        assert!(!printed.contains("canary"), "{printed}");
    }
}
