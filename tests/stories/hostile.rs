//! Bad input and bad networks: a clear answer or a closed door, soon, in bounded memory, while others are served.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::json;

use crate::rig::{Api, Connection, Launch, Server, Stopwatch, Store, request};

const MEBIBYTE: u64 = 1_024 * 1_024;
const YAML: &str = "
organism: {name: echo}
listeners:
  - {name: reply, description: Answers, handler: output}
";

struct Stage {
    server: Server,
    hook: String,
    _store: Store,
}

fn stage() -> Stage {
    let store = Store::sqlite();
    let server = Launch::on(&store).with("DEFAULT_TIER", "enterprise").start();
    let api = Api::of(&server);
    let flow = api.flow("echo", YAML);
    let hook = api.webhook(&flow, &json!({ "respond": "result" }));
    Stage { server, hook, _store: store }
}

impl Stage {
    fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// That others are still served, and quickly.
    fn serves(&self) {
        let watch = Stopwatch::start();
        let json = [("content-type", "application/json")];
        let answer = request(self.address(), "POST", &self.hook, &json, b"{\"n\":1}").expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(watch.elapsed() < Duration::from_secs(2), "{:?}", watch.elapsed());
    }

    /// What comes back for exactly these bytes: the status, or 0 for a closed door.
    fn raw(&self, bytes: &[u8]) -> u16 {
        let mut connection = Connection::open(self.address()).expect("a connection");
        // The server may have answered and closed before the last byte.
        let _ = connection.stream.write_all(bytes);
        connection.head().map_or(0, |(status, _)| status)
    }
}

fn within<T>(what: &str, limit: Duration, work: impl FnOnce() -> T) -> T {
    let watch = Stopwatch::start();
    let result = work();
    assert!(watch.elapsed() < limit, "{what} took {:?}", watch.elapsed());
    result
}

#[test]
fn what_is_no_http_is_refused_at_once() {
    let stage = stage();
    let long = "x".repeat(1_000_000);
    let cases: [(&str, Vec<u8>, &[u16]); 12] = [
        ("no HTTP", b"hello there\r\n\r\n".to_vec(), &[400]),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), &[400]),
        ("no host", b"GET /health/live HTTP/1.1\r\n\r\n".to_vec(), &[200, 400]),
        ("HTTP/9", b"GET / HTTP/9.9\r\nhost: x\r\n\r\n".to_vec(), &[0, 400, 505]),
        ("a long path", format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes(), &[0, 400, 414, 431]),
        ("a long header", format!("GET / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n").into_bytes(), &[0, 400, 431]),
        (
            "many headers",
            format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(5_000)).into_bytes(),
            &[0, 400, 431],
        ),
        ("two lengths", b"POST /webhooks/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_vec(), &[400]),
        (
            "length and chunks",
            b"POST /webhooks/x HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_vec(),
            &[400, 404],
        ),
        ("a bad chunk", b"POST /webhooks/x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_vec(), &[0, 400, 404]),
        ("NUL in the path", b"GET /api/v1/\x00 HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[0, 400]),
        ("a bad escape", b"GET /api/v1/flows/%zz%00%ff HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[400, 404]),
    ];
    for (what, bytes, allowed) in cases {
        let status = within(what, Duration::from_secs(1), || stage.raw(&bytes));
        assert!(allowed.contains(&status), "{what}: {status}");
    }
    stage.serves();
}

#[test]
fn bodies_over_the_limit_are_refused_before_they_are_read() {
    let stage = stage();
    let before = stage.server.memory_bytes();
    let announced = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 6000000\r\n\r\n",
        stage.hook
    );
    assert_eq!(within("announced", Duration::from_secs(1), || stage.raw(announced.as_bytes())), 413);
    // Endless chunks: the server answers or closes, the sender notices.
    let mut connection = Connection::open(stage.address()).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n",
        stage.hook
    );
    connection.stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let mut sent = 0;
    while sent < 200 * MEBIBYTE && connection.stream.write_all(chunk.as_bytes()).is_ok() {
        sent += 0x10000;
    }
    assert!(sent < 40 * MEBIBYTE, "{sent} bytes were taken");
    // A list that is no JSON, compressed or not; nothing is unpacked.
    let bomb: Vec<u8> = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let answer = request(stage.address(), "POST", &stage.hook, &headers, &bomb).unwrap();
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    let api = Api::of(&stage.server);
    let large = json!({ "name": "x", "organismYaml": "a".repeat(10_000_000) });
    let answer = within("10 MB of YAML", Duration::from_secs(1), || api.ask("POST", "/flows", Some(&large)));
    assert_eq!((answer.status, answer.json()["code"].as_str()), (413, Some("too_large")));
    stage.serves();
    let grown = stage.server.memory_bytes().saturating_sub(before);
    assert!(grown < 80 * MEBIBYTE, "{grown} bytes");
}

#[test]
fn texts_that_explode_get_a_diagnostic_soon() {
    let stage = stage();
    let api = Api::of(&stage.server);
    let before = stage.server.memory_bytes();
    let listeners = |count: usize| {
        let lines = (0..count)
            .map(|n| format!("  - {{name: l{n}, description: d, handler: set, next: l{}}}\n", n + 1));
        format!("organism: {{name: many}}\nlisteners:\n{}", lines.collect::<String>())
    };
    let aliases = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned()
        + &(1..20)
            .map(|n| {
                let (this, last) = (char::from(b'a' + n), char::from(b'a' + n - 1));
                format!("{this}: &{this} [*{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}]\n")
            })
            .collect::<String>();
    let texts = [
        ("aliases", aliases),
        ("10,000 listeners", listeners(10_000)),
        ("1,000 listeners", listeners(999)),
        ("nesting", format!("organism: {}{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("braces", "{{ ".repeat(100_000)),
        ("one long line", "organism: ".to_owned() + &"a".repeat(900_000)),
        ("tabs", "\t".repeat(500_000)),
        ("anchors", "- &a ".repeat(100_000)),
        (
            "template",
            format!(
                "organism: {{name: t}}\nlisteners:\n  - {{name: a, description: d, handler: set, config: {{payload: \"{}\"}}}}\n",
                "{{ ((".repeat(50_000)
            ),
        ),
    ];
    for (what, text) in texts {
        let body = json!({ "organismYaml": text });
        // A debug build is several times slower than what users run.
        let answer = within(what, Duration::from_secs(4), || api.ask("POST", "/flows/validate", Some(&body)));
        if answer.status == 200 {
            assert_eq!(
                answer.json()["valid"],
                what == "1,000 listeners" && answer.json()["valid"] == true,
                "{what}"
            );
        } else {
            assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        }
    }
    let deep = format!("{{\"inputPayload\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let headers = [("content-type", "application/json")];
    for path in [stage.hook.as_str(), "/api/v1/flows/validate"] {
        let answer = request(stage.address(), "POST", path, &headers, deep.as_bytes()).unwrap();
        assert_eq!(answer.status, 400, "{path} {}", answer.text());
    }
    stage.serves();
    let grown = stage.server.memory_bytes().saturating_sub(before);
    assert!(grown < 150 * MEBIBYTE, "{grown} bytes");
}

#[test]
fn a_thousand_pipelined_requests_are_answered_in_order() {
    let stage = stage();
    let mut connection = Connection::open(stage.address()).unwrap();
    let mut bytes = Vec::new();
    for number in 0..1_000 {
        let body = number.to_string();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            stage.hook,
            body.len()
        );
        bytes.extend(head.into_bytes());
    }
    let mut writer = connection.stream.try_clone().unwrap();
    let sender = std::thread::spawn(move || writer.write_all(&bytes));
    for number in 0..1_000 {
        let answer = connection.answer().unwrap();
        assert_eq!((answer.status, answer.text()), (200, number.to_string()));
    }
    sender.join().unwrap().unwrap();
}

#[test]
fn an_answer_does_not_wait_for_the_rest_of_the_next_request() {
    let stage = stage();
    let mut connection = Connection::open(stage.address()).unwrap();
    let requests = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET /health/li";
    connection.stream.write_all(requests).unwrap();
    let answer = within("an answer", Duration::from_secs(1), || connection.answer().unwrap());
    assert_eq!(answer.status, 200);
}

#[test]
fn who_never_reads_the_answers_costs_little() {
    let stage = stage();
    let before = stage.server.memory_bytes();
    let head = b"GET /schema/organism.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    let mut deaf: Vec<TcpStream> = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(stage.address()).unwrap();
        stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        for _ in 0..20 {
            if stream.write_all(&head).is_err() {
                break;
            }
        }
        deaf.push(stream);
    }
    stage.serves();
    let grown = stage.server.memory_bytes().saturating_sub(before);
    eprintln!("{} connections that never read: {} KiB", deaf.len(), grown / 1_024);
    assert!(grown < 100 * MEBIBYTE, "{grown} bytes");
}

#[test]
fn thousands_of_idle_connections_and_slow_senders_are_let_go_in_time() {
    let stage = stage();
    let before = stage.server.memory_bytes();
    let address = stage.address();
    let mut idle: Vec<TcpStream> = (0..3_000).map(|_| TcpStream::connect(address).unwrap()).collect();
    let mut slow_head = TcpStream::connect(address).unwrap();
    slow_head.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n").unwrap();
    let mut slow_body = Connection::open(address).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n",
        stage.hook
    );
    slow_body.stream.write_all(head.as_bytes()).unwrap();
    stage.serves();
    let grown = stage.server.memory_bytes().saturating_sub(before);
    eprintln!("3,000 idle connections: {} KiB", grown / 1_024);
    assert!(grown < 100 * MEBIBYTE, "{grown} bytes");
    // A byte a second keeps nobody's place: 30 s for a head, 30 s for a body.
    let watch = Stopwatch::start();
    while watch.elapsed() < Duration::from_secs(32) {
        // Let go already.
        let _ = slow_head.write_all(b"x");
        let _ = slow_body.stream.write_all(b"x");
        std::thread::sleep(Duration::from_secs(1));
    }
    assert_eq!(slow_body.head().expect("an answer").0, 408);
    assert!(is_closed(&mut slow_head), "the slow head is still let in");
    let open = idle.iter_mut().map(is_closed).filter(|is_closed| !is_closed).count();
    assert_eq!(open, 0, "idle connections are still open");
    stage.serves();
}

fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut rest = [0; 1_024];
    loop {
        match stream.read(&mut rest) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    }
}
