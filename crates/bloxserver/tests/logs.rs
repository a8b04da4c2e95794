//! What reaches the log, at the most talkative: that something happened, and never what somebody sent.

#![expect(clippy::expect_used, reason = "a test ends where it cannot go on")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

const OURS: [&str; 12] = [
    "bloxserver",
    "api",
    "triggers",
    "door",
    "nodes",
    "engine",
    "journal",
    "llm",
    "accounts",
    "db",
    "net",
    "kit",
];

/// A running server and the lines that it logs.
struct Server {
    process: Child,
    lines: Receiver<String>,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start() -> Server {
    let folder = tempfile::tempdir().expect("a folder");
    let filter = OURS.map(|room| format!("{room}=trace")).join(",");
    let mut process = Command::new(env!("CARGO_BIN_EXE_bloxserver"))
        .arg("serve")
        .current_dir(folder.path())
        .env_clear()
        .envs([("ENV", "development"), ("PORT", "0"), ("LOG_FORMAT", "json"), ("RUST_LOG", &filter)])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let errors = BufReader::new(process.stderr.take().expect("its log"));
    let (sender, lines) = channel();
    std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let address = loop {
        let line = lines.recv_timeout(Duration::from_secs(20)).expect("the server listens");
        if let Some((_, address)) = line.split_once("listens on http://") {
            // What else is said of it stands behind a semicolon.
            break address.split(';').next().unwrap_or(address).to_owned();
        }
    };
    Server { process, lines, address, _folder: folder }
}

impl Server {
    /// Sends a request as it is, and answers status and body.
    fn ask(&self, what: &str, headers: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let length = body.len();
        let request = format!(
            "{what} HTTP/1.1\r\nhost: blox\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn json(&self, what: &str, body: &str) -> Value {
        let (status, answer) = self.ask(what, "content-type: application/json\r\n", body);
        assert!((200..300).contains(&status), "{what}: {status} {answer}");
        answer
    }
}

const FLOW: &str = "organism: {name: echo}\nlisteners:\n  - name: echo\n    description: Says what it hears\n    \
                    handler: output\n    config: {payload: '{{ input }}'}\n";

#[test]
fn nothing_that_was_sent_is_logged() {
    let server = start();
    // What clients send wrong: as a token, in the path, in the query, in a body that is refused.
    server.ask("GET /api/v1/me?q=canary-query", "authorization: Bearer canary-bearer\r\n", "");
    server.ask("GET /canary-path", "cookie: canary-cookie\r\n", "");
    server.ask("POST /webhooks/canary-token", "x-api-key: canary-header\r\n", "canary-body");
    server.ask(
        "POST /api/v1/flows",
        "content-type: application/json\r\n",
        "{\"canary-field\": \"canary-value\"",
    );
    server.ask(
        "POST /api/v1/flows",
        "content-type: application/json\r\n",
        "{\"name\": 5, \"canary-name\": 1}",
    );
    // What they entrust.
    server.json("PUT /api/v1/secrets/KEY", "{\"value\": \"canary-secret\"}");
    server.json("PUT /api/v1/variables/key", "{\"value\": \"canary-variable\"}");
    server.json("POST /api/v1/api-keys", "{\"provider\": \"openai\", \"apiKey\": \"sk-canary-0123456789\"}");
    let token = server.json("POST /api/v1/tokens", "{\"name\": \"ci\", \"scopes\": [\"read\"]}");
    // What runs through a flow.
    let draft = serde_json::json!({ "name": "canary-flow", "organismYaml": FLOW }).to_string();
    let flow = server.json("POST /api/v1/flows", &draft);
    let base = format!("/api/v1/flows/{}", flow["id"].as_str().expect("an id"));
    let trigger = "{\"type\": \"webhook\", \"name\": \"hook\", \"config\": {\"respond\": \"result\"}}";
    let trigger = server.json(&format!("POST {base}/triggers"), trigger);
    let webhook = trigger["webhookToken"].as_str().expect("a token");
    server.json(&format!("POST {base}/start"), "");
    let fire = format!("POST /webhooks/{webhook}?canary-query=1");
    let output = server.json(&fire, "{\"card\": \"canary-payload\"}");
    assert_eq!(output["card"], "canary-payload");
    let logged = read(server);
    assert!(logged.contains("a request was answered"), "the log is silent: {logged}");
    for secret in ["canary", webhook, token["token"].as_str().expect("a token")] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[test]
fn each_line_is_a_json_object_when_asked_for() {
    let server = start();
    server.ask("GET /health", "", "");
    let logged = read(server);
    let mut lines = logged.lines().filter(|line| line.contains("a request was answered"));
    let line: Value = serde_json::from_str(lines.next().expect("a line")).expect("JSON");
    assert_eq!((&line["level"], &line["fields"]["route"]), (&Value::from("DEBUG"), &Value::from("/health")));
    assert!(line["fields"]["request_id"].is_string() && line["timestamp"].is_string(), "{line}");
}

/// Everything that was logged, once the server is gone.
fn read(mut server: Server) -> String {
    std::thread::sleep(Duration::from_millis(200));
    let _ = server.process.kill();
    let _ = server.process.wait();
    server.lines.iter().collect::<Vec<_>>().join("\n")
}
