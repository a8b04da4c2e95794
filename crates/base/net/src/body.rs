//! An answer's body, read piece by piece under a cap.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::Error;

/// The unread body of an answer.
pub(crate) struct Body {
    pub(crate) answer: reqwest::Response,
    pub(crate) host: String,
    pub(crate) max_bytes: u64,
    pub(crate) taken_bytes: u64,
}

impl Body {
    /// All of it.
    pub(crate) async fn whole(mut self) -> Result<Bytes, Error> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// The next piece, if it comes within the time.
    pub(crate) async fn within(&mut self, timeout_ms: u64) -> Result<Option<Bytes>, Error> {
        match tokio::time::timeout(Duration::from_millis(timeout_ms), self.next()).await {
            Ok(piece) => piece,
            Err(_) => Err(Error::Timeout { host: self.host.clone(), timeout_ms }),
        }
    }

    /// The next piece, decompressed; each is small, so that a bomb is met before it has unfolded.
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let piece = self.answer.chunk().await.map_err(|_| Error::Broken { host: self.host.clone() })?;
        self.taken_bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if self.taken_bytes > self.max_bytes {
            return Err(Error::TooLarge { host: self.host.clone(), max_bytes: self.max_bytes });
        }
        Ok(piece)
    }
}

#[cfg(test)]
mod tests {
    use crate::double::{Answer, Double};
    use crate::{Client, Error, Request};

    /// `hello` in gzip.
    const HELLO_GZIP: &[u8] = &[
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00,
        0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
    ];

    async fn ask(server: &Double, max_bytes: u64, timeout_ms: u64) -> Result<bytes::Bytes, Error> {
        let client = Client::new("127.0.0.1".parse().unwrap()).unwrap();
        client.get_bytes(&server.url("/canary"), max_bytes, timeout_ms).await
    }

    #[tokio::test]
    async fn an_answer_may_fill_its_cap_and_not_one_byte_more() {
        let server = Double::start(|_| Answer::ok(&[b'x'; 1_000])).await;
        assert_eq!(ask(&server, 1_000, 5_000).await.unwrap().len(), 1_000);
        let error = ask(&server, 999, 5_000).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { max_bytes: 999, .. }) && !error.is_transient());
    }

    #[tokio::test]
    async fn a_compressed_answer_is_unfolded() {
        let server =
            Double::start(|_| Answer::reply("200 OK", "Content-Encoding: gzip\r\n", HELLO_GZIP)).await;
        assert_eq!(ask(&server, 5, 5_000).await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn a_bomb_is_stopped_at_the_cap_of_what_it_unfolds_to() {
        let bomb = bomb(50_000_000);
        assert!(bomb.len() < 400_000);
        let server =
            Double::start(move |_| Answer::reply("200 OK", "Content-Encoding: gzip\r\n", &bomb)).await;
        assert!(matches!(ask(&server, 1_000_000, 20_000).await, Err(Error::TooLarge { .. })));
    }

    #[tokio::test]
    async fn a_server_that_never_answers_is_a_timeout() {
        let server = Double::start(|_| Answer::raw(b"").and_hang()).await;
        let error = ask(&server, 1_000, 50).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { timeout_ms: 50, .. }) && error.is_transient());
        assert!(!error.to_string().contains("canary"));
    }

    #[tokio::test]
    async fn a_body_that_stalls_is_a_timeout_and_one_that_stops_early_is_broken() {
        let half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
        let stalls = Double::start(|_| Answer::raw(half).and_hang()).await;
        assert!(matches!(ask(&stalls, 1_000, 100).await, Err(Error::Timeout { .. })));
        let stops = Double::start(|_| Answer::raw(half)).await;
        assert!(matches!(ask(&stops, 1_000, 5_000).await, Err(Error::Broken { .. })));
    }

    #[tokio::test]
    async fn a_stream_that_pauses_too_long_ends_with_a_timeout() {
        let half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
        let server = Double::start(|_| Answer::raw(half).and_hang()).await;
        let client = Client::new("127.0.0.1".parse().unwrap()).unwrap();
        let mut stream = client.stream(Request::get(server.url("/")).timeout_ms(100)).await.unwrap();
        assert_eq!(stream.chunk().await.unwrap().unwrap(), "half");
        assert!(matches!(stream.chunk().await, Err(Error::Timeout { .. })));
    }

    /// Gzip (RFC 1952) around one block with fixed codes (RFC 1951 section 3.2.6): a zero, repeated 258 bytes a match.
    fn bomb(unfolded_bytes: usize) -> Vec<u8> {
        let mut bits = vec![true, true, false];
        let code = |code: u16, length: u8| (0..length).rev().map(move |bit| code >> bit & 1 == 1);
        bits.extend(code(0b0011_0000, 8));
        for _ in 0..unfolded_bytes / 258 {
            bits.extend(code(0b1100_0101, 8).chain(code(0, 5)));
        }
        bits.extend(code(0, 7));
        let packed =
            bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit)));
        let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        gzip.extend(packed.map(|byte: u8| byte));
        gzip
    }
}
