//! The guarded client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::LOCATION;

use crate::body::Body;
use crate::connectors::Connectors;
use crate::hop::{Hop, is_redirect};
use crate::resolver::SystemLookup;
use crate::response::listed;
use crate::{EgressAllow, Error, Redirects, Request, Response, StreamedResponse, failure, traced};

const MAX_REDIRECTS: usize = 5;

/// The one way out: an HTTP client that refuses private addresses. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client(Arc<Connectors>);

impl Client {
    /// A client that reaches the public internet and what the operator opened.
    ///
    /// Fails with [`Error::Start`] when the system has no certificate authorities.
    pub fn new(allow: EgressAllow) -> Result<Self, Error> {
        Connectors::new(allow, &(Arc::new(SystemLookup) as _)).map(Self::from)
    }

    /// Sends a request and reads the whole answer; every status is an answer, not an error.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let first = Hop::first(&request)?;
        within(request.timeout_ms, first.host(), async {
            let (head, body) = self.head(first, &request).await?;
            let Head { status, headers, final_url } = head;
            Ok(Response { status, headers, final_url, body: body.whole().await? })
        })
        .await
    }

    /// Sends a request and hands out the body piece by piece, as server-sent events need it.
    ///
    /// The request's time counts until the head, and again until each piece.
    pub async fn stream(&self, request: Request) -> Result<StreamedResponse, Error> {
        let (first, timeout_ms) = (Hop::first(&request)?, request.timeout_ms);
        let (head, body) = within(timeout_ms, first.host(), self.head(first, &request)).await?;
        let Head { status, headers, final_url } = head;
        Ok(StreamedResponse { status, headers, final_url, body, idle_timeout_ms: timeout_ms })
    }

    /// The body behind a URL, with redirects followed; any status.
    pub async fn get_bytes(&self, url: &str, max_bytes: u64, timeout_ms: u64) -> Result<Bytes, Error> {
        let request = Request::get(url).max_response_bytes(max_bytes).timeout_ms(timeout_ms);
        self.send(request).await.map(|response| response.body)
    }

    /// The addresses of a host that may be connected to at that port, for what does not speak HTTP.
    ///
    /// Fails with [`Error::Refused`] when one of them is private and not opened, with [`Error::Dns`] when there is none.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        self.0.addresses(host, port).await
    }

    async fn head(&self, first: Hop, request: &Request) -> Result<(Head, Body), Error> {
        let mut hop = first;
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.hop(&hop).await?;
            let status = answer.status().as_u16();
            let location = answer.headers().get(LOCATION).filter(|_| is_redirect(status)).cloned();
            let Some(location) = location.filter(|_| request.redirects == Redirects::Follow) else {
                let head = Head { status, headers: listed(answer.headers()), final_url: hop.url.to_string() };
                let max_bytes = request.max_response_bytes;
                return Ok((head, Body { answer, host: hop.host(), max_bytes, taken_bytes: 0 }));
            };
            hop = hop.redirected(status, &String::from_utf8_lossy(location.as_bytes()))?;
        }
        Err(Error::Redirect { host: hop.host(), reason: "do not end: more than five in a row" })
    }

    async fn hop(&self, hop: &Hop) -> Result<reqwest::Response, Error> {
        let connector = self.0.for_url(&hop.url)?;
        let span = traced::begin(hop);
        let mut sent = connector.request(hop.method.wire(), hop.url.clone()).headers(hop.headers.clone());
        if let Some(header) = traced::header(&span, hop) {
            sent = sent.header(kit::trace::HEADER, header);
        }
        if let Some(body) = &hop.body {
            sent = sent.body(body.clone());
        }
        let answer = sent.send().await.map_err(|error| failure::of_request(&error, hop.host()));
        traced::end(&span, answer.as_ref().map(|answer| answer.status().as_u16()));
        answer
    }
}

impl From<Connectors> for Client {
    fn from(connectors: Connectors) -> Self {
        Self(Arc::new(connectors))
    }
}

struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    final_url: String,
}

async fn within<T>(
    timeout_ms: u64,
    host: String,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(Duration::from_millis(timeout_ms), work).await {
        Ok(done) => done,
        Err(_) => Err(Error::Timeout { host, timeout_ms }),
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;
    use crate::double::{Answer, Double};

    fn open(rules: &str) -> Client {
        Client::new(rules.parse().unwrap()).unwrap()
    }

    const LOOPBACK: &str = "127.0.0.0/8";

    #[tokio::test]
    async fn an_answer_comes_back_with_status_headers_and_body() {
        let server = Double::start(|_| Answer::reply("404 Nope", "X-A: 1\r\nX-A: 2\r\n", b"gone")).await;
        let request = Request::post(server.url("/path?q=1"), "hello").header("X-Api-Key", "k");
        let response = open(LOOPBACK).send(request).await.unwrap();
        assert_eq!((response.status, &response.body[..]), (404, &b"gone"[..]));
        assert_eq!(response.final_url, server.url("/path?q=1"));
        assert_eq!(response.headers.iter().filter(|(name, _)| name == "x-a").count(), 2);
        let seen = server.seen().remove(0);
        assert!(seen.starts_with("POST /path?q=1 HTTP/1.1\r\n") && seen.ends_with("hello"), "{seen}");
        assert!(seen.contains("x-api-key: k") && seen.contains("user-agent: BloxServer/"), "{seen}");
    }

    #[tokio::test]
    async fn five_redirects_are_followed_and_the_sixth_is_an_error() {
        let count_down = |request: &str| match request.as_bytes()[5] {
            b'0' => Answer::ok(b"there"),
            n => Answer::redirect(302, &format!("/{}", char::from(n - 1))),
        };
        let server = Double::start(count_down).await;
        let five = open(LOOPBACK).send(Request::get(server.url("/5"))).await.unwrap();
        assert_eq!((five.final_url, &five.body[..]), (server.url("/0"), &b"there"[..]));
        let six = open(LOOPBACK).send(Request::get(server.url("/6"))).await;
        assert!(matches!(six, Err(Error::Redirect { .. })));
    }

    #[tokio::test]
    async fn a_credential_does_not_follow_a_redirect_to_another_port() {
        let other = Double::start(|_| Answer::ok(b"")).await;
        let target = other.url("/");
        let server = Double::start(move |_| Answer::redirect(307, &target)).await;
        let mut request = Request::post(server.url("/"), "body").header("Accept", "text/html");
        for name in ["Authorization", "Cookie", "X-Api-Key"] {
            request = request.header(name, "canary");
        }
        open(LOOPBACK).send(request).await.unwrap();
        let (first, second) = (server.seen().remove(0), other.seen().remove(0));
        assert_eq!(first.matches("canary").count(), 3);
        assert!(
            !second.contains("canary") && second.contains("text/html") && second.ends_with("body"),
            "{second}"
        );
    }

    #[tokio::test]
    async fn a_refused_redirect_is_the_answer() {
        let server = Double::start(|_| Answer::redirect(302, "http://10.0.0.1/")).await;
        let request = Request::get(server.url("/")).redirects(Redirects::Refuse);
        assert_eq!(open(LOOPBACK).send(request).await.unwrap().status, 302);
    }

    #[tokio::test]
    async fn each_failure_of_a_connection_has_its_own_name() {
        let client = open(LOOPBACK);
        let server = Double::start(|_| Answer::raw(b"not http at all\r\n\r\n")).await;
        let secure = server.url("/").replace("http:", "https:");
        assert!(matches!(client.send(Request::get(secure)).await, Err(Error::Tls { .. })));
        assert!(matches!(client.send(Request::get(server.url("/"))).await, Err(Error::Broken { .. })));
        let port = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
        let nobody = client.send(Request::get(format!("http://127.0.0.1:{port}/"))).await;
        assert!(matches!(nobody, Err(Error::Connect { .. })));
        let unknown = client.send(Request::get("http://no-such-host.invalid/")).await;
        assert!(matches!(unknown, Err(Error::Dns { .. })));
    }

    #[tokio::test]
    async fn what_speaks_another_protocol_gets_checked_addresses_only() {
        let all = open("127.0.0.1:2525").addresses("127.0.0.1", 2525).await.unwrap();
        assert_eq!(all, ["127.0.0.1:2525".parse().unwrap()]);
        for (host, port) in [("127.0.0.1", 25), ("localhost", 2526), ("10.0.0.1", 25), ("::1", 25)] {
            let refused = open("127.0.0.1:2525").addresses(host, port).await;
            assert!(matches!(refused, Err(Error::Refused { .. })), "{host}:{port}");
        }
        let unknown = open("").addresses("no-such-host.invalid", 25).await;
        assert!(matches!(unknown, Err(Error::Dns { .. })));
    }

    #[tokio::test]
    async fn a_stream_gives_its_pieces_and_then_ends() {
        let server = Double::start(|_| Answer::ok(b"data: 1\n\ndata: 2\n\n")).await;
        let response = open(LOOPBACK).stream(Request::get(server.url("/"))).await.unwrap();
        assert!(response.is_success() && response.header("Content-Length") == Some("18"));
        let pieces: Vec<_> = response.into_stream().map(Result::unwrap).collect().await;
        assert_eq!(pieces.concat(), b"data: 1\n\ndata: 2\n\n");
    }
}
