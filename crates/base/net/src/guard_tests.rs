//! The guard as a whole, from URL to socket.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;

use crate::connectors::Connectors;
use crate::double::{Answer, Double};
use crate::resolver::Lookup;
use crate::{Client, Error, Request};

fn open(rules: &str) -> Client {
    Client::new(rules.parse().unwrap()).unwrap()
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
        let error = client.send(Request::get(format!("http://{host}:{}/", server.port()))).await.unwrap_err();
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
    assert!(!error.contains("127.0.0.1") && !error.contains("::1") && !error.contains("canary"), "{error}");
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

/// A name server that gives 127.0.0.1 first and 127.0.0.2 ever after.
struct Rebinding(AtomicUsize);

impl Lookup for Rebinding {
    fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let round = self.0.fetch_add(1, Ordering::SeqCst);
        let address = if round == 0 { [127, 0, 0, 1] } else { [127, 0, 0, 2] };
        Box::pin(std::future::ready(Ok(vec![IpAddr::from(address)])))
    }
}

#[tokio::test]
async fn a_name_that_moves_into_the_network_is_connected_where_it_was_checked_or_not_at_all() {
    let outside = Double::start(|_| Answer::ok(b"outside")).await;
    let inside = Double::start_at("127.0.0.2", outside.port(), |_| Answer::ok(b"inside")).await;
    let names = Arc::new(Rebinding(0.into()));
    let connectors = Connectors::new("127.0.0.1/32".parse().unwrap(), &(names.clone() as _)).unwrap();
    let client = Client::from(connectors);
    let url = format!("http://rebinding.example:{}/", outside.port());
    assert_eq!(client.get_bytes(&url, 100, 5_000).await.unwrap(), "outside");
    assert_eq!(names.0.load(Ordering::SeqCst), 1, "one look-up serves check and connection");
    assert!(matches!(client.get_bytes(&url, 100, 5_000).await, Err(Error::Refused { .. })));
    assert!(inside.seen().is_empty());
}
