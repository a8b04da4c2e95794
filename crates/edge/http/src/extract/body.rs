//! Reading a body: bounded in size and in time.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;

use crate::Failure;

/// How much of a body is read, and how long it may take to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimits {
    /// More bytes than these are refused with 413.
    pub max_bytes: usize,
    /// A body that takes longer is refused with 408.
    pub timeout_ms: u64,
}

impl Default for BodyLimits {
    /// 1 MiB in 10 s.
    fn default() -> Self {
        Self { max_bytes: 1 << 20, timeout_ms: 10_000 }
    }
}

/// The whole body of a request, within the limits that stand in its extensions (else the default ones).
pub async fn of_request(request: Request) -> Result<Bytes, Failure> {
    let limits = request.extensions().get::<BodyLimits>().copied().unwrap_or_default();
    read(request.into_body(), limits).await
}

/// The whole body, within `limits`.
pub async fn read(body: Body, limits: BodyLimits) -> Result<Bytes, Failure> {
    // A declared length over the limit is refused before a byte is read.
    let declared = body.size_hint().lower();
    if usize::try_from(declared).map_or(true, |bytes| bytes > limits.max_bytes) {
        return Err(Failure::too_large(limits.max_bytes));
    }
    match tokio::time::timeout(Duration::from_millis(limits.timeout_ms), gather(body, limits.max_bytes)).await
    {
        Ok(result) => result,
        Err(_) => Err(Failure::request_timeout()),
    }
}

async fn gather(body: Body, max_bytes: usize) -> Result<Bytes, Failure> {
    let mut chunks = body.into_data_stream();
    let Some(first) = next(&mut chunks).await? else { return Ok(Bytes::new()) };
    let Some(second) = next(&mut chunks).await? else {
        // Most bodies come in one piece: it is not copied.
        return if first.len() > max_bytes { Err(Failure::too_large(max_bytes)) } else { Ok(first) };
    };
    let mut whole = BytesMut::from(first);
    let mut chunk = Some(second);
    while let Some(bytes) = chunk {
        if whole.len() + bytes.len() > max_bytes {
            return Err(Failure::too_large(max_bytes));
        }
        whole.extend_from_slice(&bytes);
        chunk = next(&mut chunks).await?;
    }
    Ok(whole.freeze())
}

async fn next(chunks: &mut axum::body::BodyDataStream) -> Result<Option<Bytes>, Failure> {
    chunks.next().await.transpose().map_err(|_| Failure::bad_request("the body broke off"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunked(chunks: Vec<&'static str>) -> Body {
        Body::from_stream(futures::stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>)))
    }

    const SMALL: BodyLimits = BodyLimits { max_bytes: 8, timeout_ms: 1_000 };

    #[tokio::test]
    async fn a_body_is_read_whole_up_to_the_limit() {
        assert_eq!(read(Body::empty(), SMALL).await.unwrap(), "");
        assert_eq!(read(Body::from("12345678"), SMALL).await.unwrap(), "12345678");
        assert_eq!(read(chunked(vec!["123", "45", "678"]), SMALL).await.unwrap(), "12345678");
    }

    #[tokio::test]
    async fn one_byte_more_is_refused_declared_or_not() {
        for body in [Body::from("123456789"), chunked(vec!["123456789"]), chunked(vec!["1234", "56789"])] {
            assert_eq!(read(body, SMALL).await.unwrap_err().status(), 413);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let drip = futures::stream::iter([Ok::<_, std::io::Error>("1")]).chain(futures::stream::pending());
        assert_eq!(read(Body::from_stream(drip), SMALL).await.unwrap_err().status(), 408);
    }
}
