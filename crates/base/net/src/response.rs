//! What comes back.

use std::fmt;

use bytes::Bytes;
use futures::Stream;
use kit::Timestamp;
use reqwest::header::HeaderMap;

use crate::body::Body;
use crate::request::host_of;
use crate::{Error, retry_after};

/// A whole answer; its `Debug` shows neither header values nor the body.
#[derive(Clone)]
pub struct Response {
    /// The status, 100 to 999.
    pub status: u16,
    /// Names in lower case and values, in order; bytes that are not ASCII are read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The URL that answered, after redirects.
    pub final_url: String,
    /// The body, decompressed.
    pub body: Bytes,
}

/// The head of an answer whose body comes in pieces.
pub struct StreamedResponse {
    /// The status, 100 to 999.
    pub status: u16,
    /// Names in lower case and values, in order; bytes that are not ASCII are read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The URL that answered, after redirects.
    pub final_url: String,
    pub(crate) body: Body,
    pub(crate) idle_timeout_ms: u64,
}

impl Response {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// After how many seconds the server wants to be asked again (`Retry-After`, RFC 9110 section 10.2.3).
    pub fn retry_after_s(&self, now: Timestamp) -> Option<u64> {
        retry_after::seconds(self.header("retry-after")?, now)
    }
}

impl StreamedResponse {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// After how many seconds the server wants to be asked again (`Retry-After`, RFC 9110 section 10.2.3).
    pub fn retry_after_s(&self, now: Timestamp) -> Option<u64> {
        retry_after::seconds(self.header("retry-after")?, now)
    }

    /// The time that each further piece may take.
    pub fn set_idle_timeout_ms(&mut self, idle_timeout_ms: u64) {
        self.idle_timeout_ms = idle_timeout_ms;
    }

    /// The next piece of the body, decompressed; `None` at its regular end.
    ///
    /// Fails with [`Error::Timeout`] when no piece comes in time, with [`Error::TooLarge`] past the cap and with
    /// [`Error::Broken`] when the connection ends early.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.body.within(self.idle_timeout_ms).await
    }

    /// The rest of the body as a stream, which ends at the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        futures::stream::try_unfold(self, |mut response| async move {
            Ok(response.chunk().await?.map(|chunk| (chunk, response)))
        })
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "Response", self.status, &self.final_url, &self.headers)
    }
}

impl fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "StreamedResponse", self.status, &self.final_url, &self.headers)
    }
}

pub(crate) fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let latin1 = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes()))).collect()
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn debug(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    status: u16,
    url: &str,
    headers: &[(String, String)],
) -> fmt::Result {
    f.debug_struct(name)
        .field("status", &status)
        .field("host", &host_of(url))
        .field("headers", &headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
        .finish_non_exhaustive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_in_any_case_and_its_value_is_not_printed() {
        let response = Response {
            status: 200,
            headers: vec![("set-cookie".into(), "canary".into())],
            final_url: "https://a.example/canary".into(),
            body: Bytes::from_static(b"canary"),
        };
        assert_eq!(response.header("Set-Cookie"), Some("canary"));
        assert!(response.is_success());
        assert!(!format!("{response:?}").contains("canary"));
    }
}
