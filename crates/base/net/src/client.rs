//! The guarded client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::LOCATION;
use url::{Host, Url};

use crate::body::Body;
use crate::hop::{Hop, is_redirect};
use crate::resolver::{Guard, Lookup, SystemLookup};
use crate::response::listed;
use crate::{EgressAllow, Error, Redirects, Request, Response, StreamedResponse, failure};

const MAX_REDIRECTS: usize = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("BloxServer/", env!("CARGO_PKG_VERSION"));

/// The one way out: an HTTP client that refuses private addresses. Clones share their connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    allow: EgressAllow,
    any_port: reqwest::Client,
    /// A resolver is not told the port, so each port that a rule names has a connector of its own.
    by_port: HashMap<u16, reqwest::Client>,
}

impl Client {
    /// A client that reaches the public internet and what the operator opened.
    ///
    /// Fails with [`Error::Start`] when the system has no certificate authorities.
    pub fn new(allow: EgressAllow) -> Result<Self, Error> {
        Self::with_lookup(allow, &(Arc::new(SystemLookup) as Arc<dyn Lookup>))
    }

    /// Sends a request and reads the whole answer; every status is an answer, not an error.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let (host, timeout_ms) = (Hop::first(&request)?.host(), request.timeout_ms);
        within(timeout_ms, host, async {
            let (head, body) = self.head(request).await?;
            Ok(Response {
                status: head.status,
                headers: head.headers,
                final_url: head.final_url,
                body: body.whole().await?,
            })
        })
        .await
    }

    /// Sends a request and hands out the body piece by piece, as server-sent events need it.
    ///
    /// The request's time counts until the head, and again until each piece.
    pub async fn stream(&self, request: Request) -> Result<StreamedResponse, Error> {
        let (host, timeout_ms) = (Hop::first(&request)?.host(), request.timeout_ms);
        let (head, body) = within(timeout_ms, host, self.head(request)).await?;
        let Head { status, headers, final_url } = head;
        Ok(StreamedResponse { status, headers, final_url, body, idle_timeout_ms: timeout_ms })
    }

    /// The body behind a URL, with redirects followed; any status.
    pub async fn get_bytes(&self, url: &str, max_bytes: u64, timeout_ms: u64) -> Result<Bytes, Error> {
        let request = Request::get(url).max_response_bytes(max_bytes).timeout_ms(timeout_ms);
        self.send(request).await.map(|response| response.body)
    }

    pub(crate) fn with_lookup(allow: EgressAllow, lookup: &Arc<dyn Lookup>) -> Result<Self, Error> {
        let connector = |port| connector(Guard { lookup: Arc::clone(lookup), allow: allow.clone(), port });
        let any_port = connector(None)?;
        let by_port =
            allow.ports().map(|port| Ok((port, connector(Some(port))?))).collect::<Result<_, Error>>()?;
        Ok(Self(Arc::new(Inner { allow, any_port, by_port })))
    }

    async fn head(&self, request: Request) -> Result<(Head, Body), Error> {
        let (redirects, max_bytes) = (request.redirects, request.max_response_bytes);
        let mut hop = Hop::first(&request)?;
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.hop(&hop).await?;
            let status = answer.status().as_u16();
            let location = answer.headers().get(LOCATION).filter(|_| is_redirect(status)).cloned();
            let Some(location) = location.filter(|_| redirects == Redirects::Follow) else {
                let head = Head { status, headers: listed(answer.headers()), final_url: hop.url.to_string() };
                return Ok((head, Body { answer, host: hop.host(), max_bytes, taken_bytes: 0 }));
            };
            hop = hop.redirected(status, &String::from_utf8_lossy(location.as_bytes()))?;
        }
        Err(Error::Redirect { host: hop.host(), reason: "do not end: more than five in a row" })
    }

    async fn hop(&self, hop: &Hop) -> Result<reqwest::Response, Error> {
        let connector = self.connector(&hop.url)?;
        let mut sent = connector.request(hop.method.wire(), hop.url.clone()).headers(hop.headers.clone());
        if let Some(body) = &hop.body {
            sent = sent.body(body.clone());
        }
        sent.send().await.map_err(|error| failure::of_request(&error, hop.host()))
    }

    /// The connector for a URL; an address in the URL is checked here, for the connector does not resolve it.
    fn connector(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let port = url.port_or_known_default();
        if let Some((host, address)) = literal(url)
            && !self.0.allow.permits(host, port, address)
        {
            return Err(Error::Refused { host: host.to_owned() });
        }
        Ok(port.and_then(|port| self.0.by_port.get(&port)).unwrap_or(&self.0.any_port))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("allow", &self.0.allow).finish_non_exhaustive()
    }
}

struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    final_url: String,
}

/// The address that stands in a URL as its host.
fn literal(url: &Url) -> Option<(&str, IpAddr)> {
    let address = match url.host()? {
        Host::Domain(_) => return None,
        Host::Ipv4(address) => address.into(),
        Host::Ipv6(address) => address.into(),
    };
    Some((url.host_str()?, address))
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

#[expect(clippy::disallowed_methods, reason = "the one home of outgoing connections")]
fn connector(guard: Guard) -> Result<reqwest::Client, Error> {
    reqwest::Client::builder()
        .dns_resolver(Arc::new(guard))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy would connect in our place, to addresses nobody checked.
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(USER_AGENT)
        .build()
        .map_err(|error| Error::Start { reason: root_cause(&error) })
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures::StreamExt;

    use super::*;
    use crate::double::{Answer, Double};

    const LOOPBACK: &str = "127.0.0.0/8";

    fn open(rules: &str) -> Client {
        Client::new(rules.parse().unwrap()).unwrap()
    }

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
    async fn a_private_address_is_refused_in_every_spelling_before_any_connection() {
        let server = Double::start(|_| Answer::ok(b"secret")).await;
        let client = open("");
        let hosts = [
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "017700000001",
            "0177.0.0.1",
            "127.1",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "①②⑦.0.0.1",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:1::]",
            "0.0.0.0",
            "[::]",
            "[::1]",
            "localhost",
            "LOCALHOST.",
            "169.254.169.254",
            "2852039166",
            "[::ffff:a9fe:a9fe]",
            "[fd00:ec2::254]",
        ];
        for host in hosts {
            let error =
                client.send(Request::get(format!("http://{host}:{}/", server.port()))).await.unwrap_err();
            // Not every resolver knows localhost with a dot at its end.
            let unknown = host == "LOCALHOST." && matches!(error, Error::Dns { .. });
            assert!(unknown || matches!(error, Error::Refused { .. }), "{host}: {error}");
        }
        assert!(server.seen().is_empty());
    }

    #[tokio::test]
    async fn a_refusal_names_the_host_and_not_the_address() {
        let error = open("").send(Request::get("http://localhost:1/canary")).await.unwrap_err().to_string();
        assert!(error.contains("\"localhost\"") && error.contains("EGRESS_ALLOW"), "{error}");
        assert!(
            !error.contains("127.0.0.1") && !error.contains("::1") && !error.contains("canary"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn an_opened_port_is_open_and_its_neighbour_is_not() {
        let (open_server, closed) =
            (Double::start(|_| Answer::ok(b"in")).await, Double::start(|_| Answer::ok(b"no")).await);
        for rule in ["127.0.0.1", "localhost"] {
            let client = open(&format!("{rule}:{}", open_server.port()));
            let url = |port| format!("http://{rule}:{port}/");
            assert_eq!(client.get_bytes(&url(open_server.port()), 10, 5_000).await.unwrap(), "in");
            let refused = client.get_bytes(&url(closed.port()), 10, 5_000).await;
            assert!(matches!(refused, Err(Error::Refused { .. })), "{rule}");
        }
        assert!(closed.seen().is_empty());
    }

    #[tokio::test]
    async fn a_redirect_into_the_network_is_refused() {
        let inside = Double::start_on("127.0.0.2", |_| Answer::ok(b"secret")).await;
        for target in [inside.url("/"), format!("http://2130706434:{}/", inside.port())] {
            let server = Double::start(move |_| Answer::redirect(302, &target)).await;
            let error = open("127.0.0.1/32").send(Request::get(server.url("/"))).await.unwrap_err();
            assert!(matches!(&error, Error::Refused { host } if host == "127.0.0.2"), "{error}");
        }
        assert!(inside.seen().is_empty());
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

    /// A name server that gives 127.0.0.1 first and 127.0.0.2 ever after.
    struct Rebinding(std::sync::atomic::AtomicUsize);

    impl Lookup for Rebinding {
        fn lookup(&self, _: String) -> futures::future::BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            let round = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let address = if round == 0 { [127, 0, 0, 1] } else { [127, 0, 0, 2] };
            Box::pin(std::future::ready(Ok(vec![IpAddr::from(address)])))
        }
    }

    #[tokio::test]
    async fn a_name_that_moves_into_the_network_is_connected_where_it_was_checked_or_not_at_all() {
        let outside = Double::start(|_| Answer::ok(b"outside")).await;
        let inside = Double::start_at("127.0.0.2", outside.port(), |_| Answer::ok(b"inside")).await;
        let names = Arc::new(Rebinding(0.into()));
        let client =
            Client::with_lookup("127.0.0.1/32".parse().unwrap(), &(names.clone() as Arc<dyn Lookup>))
                .unwrap();
        let url = format!("http://rebinding.example:{}/", outside.port());
        assert_eq!(client.get_bytes(&url, 100, 5_000).await.unwrap(), "outside");
        assert_eq!(
            names.0.load(std::sync::atomic::Ordering::SeqCst),
            1,
            "one look-up serves check and connection"
        );
        assert!(matches!(client.get_bytes(&url, 100, 5_000).await, Err(Error::Refused { .. })));
        assert!(inside.seen().is_empty());
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
    async fn a_stream_gives_its_pieces_and_then_ends() {
        let server = Double::start(|_| Answer::ok(b"data: 1\n\ndata: 2\n\n")).await;
        let response = open(LOOPBACK).stream(Request::get(server.url("/"))).await.unwrap();
        assert!(response.is_success() && response.header("Content-Length") == Some("18"));
        let pieces: Vec<_> = response.into_stream().map(Result::unwrap).collect().await;
        assert_eq!(pieces.concat(), b"data: 1\n\ndata: 2\n\n");
    }
}
