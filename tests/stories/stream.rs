//! The live stream of an execution resumes where it was cut off, also after the server was killed.

use std::io::Result;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Connection, Launch, Peer, both_stores, until};

both_stores! {
    fn a_stream_resumes_after_kill_9_without_a_gap_and_without_a_repetition(store: &Store) {
        let peer = Peer::start(Duration::from_millis(700));
        let launch = Launch::on(store);
        let server = launch.start();
        let api = Api::of(&server);
        let call = |name: &str, next: &str| {
            format!("  - {{name: {name}, description: Calls, handler: http, config: {{method: POST, url: \"{}\"}}, next: {next}}}\n", peer.url(name_as_path(name)))
        };
        let yaml = format!(
            "organism: {{name: long}}\nlisteners:\n{}{}{}  - {{name: reply, description: Answers, handler: output}}\n",
            call("one", "two"), call("two", "three"), call("three", "reply"),
        );
        let flow = api.flow("long", &yaml);
        let started = api.done("POST", &format!("/flows/{flow}/executions/run"), Some(&json!({})));
        let execution = started["id"].as_str().or(started["executionId"].as_str()).unwrap().to_owned();
        let path = format!("/api/v1/flows/{flow}/executions/{execution}/events");

        // Watched until the second call is under way, then the server is killed under the watcher.
        let mut stream = watch(launch.address(), &path, None).unwrap();
        let mut seen = Vec::new();
        while !seen.iter().any(|event: &Told| event.data["listener"] == "two") {
            seen.extend(stream.next().unwrap());
        }
        server.kill();
        while let Ok(Some(event)) = stream.next() {
            seen.push(event);
        }
        let server = launch.start();
        let last = seen.last().unwrap().id.clone();
        let mut stream = until("the stream is open again", Duration::from_secs(20), || {
            watch(server.address(), &path, Some(&last)).ok()
        });
        while let Some(event) = stream.next().unwrap() {
            seen.push(event);
        }
        let recorded = api.events(&flow, &execution);
        let ids: Vec<u64> = seen.iter().map(|event| event.id.parse().unwrap()).collect();
        let all: Vec<u64> = recorded.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert_eq!(ids, all);
        assert_eq!(seen.iter().map(|event| &event.data).collect::<Vec<_>>(), recorded.iter().collect::<Vec<_>>());
        assert_eq!(seen.last().unwrap().data["kind"], "ended");
    }
}

fn name_as_path(name: &str) -> &str {
    match name {
        "one" => "/one",
        "two" => "/two",
        _ => "/three",
    }
}

/// One event of the stream.
struct Told {
    id: String,
    data: Json,
}

struct Stream {
    connection: Connection,
    text: String,
}

fn watch(address: SocketAddr, path: &str, after: Option<&str>) -> Result<Stream> {
    use std::io::Write;
    let mut connection = Connection::open(address)?;
    let resume = after.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
    let head = format!("GET {path} HTTP/1.1\r\nhost: story\r\naccept: text/event-stream\r\n{resume}\r\n");
    connection.stream.write_all(head.as_bytes())?;
    let (status, headers) = connection.head()?;
    assert_eq!(status, 200);
    assert!(headers.iter().any(|(name, value)| name == "content-type" && value == "text/event-stream"));
    Ok(Stream { connection, text: String::new() })
}

impl Stream {
    /// The next event; none at the end of the stream.
    fn next(&mut self) -> Result<Option<Told>> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim_start_matches([':', ' ']).to_owned())
                };
                let told = field("id").zip(field("data"));
                self.text = rest.to_owned();
                // Else a comment that keeps the connection open.
                if let Some((id, data)) = told {
                    return Ok(Some(Told { id, data: serde_json::from_str(&data).expect("JSON") }));
                }
                continue;
            }
            match self.connection.chunk()? {
                Some(chunk) => self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8")),
                None => return Ok(None),
            }
        }
    }
}
