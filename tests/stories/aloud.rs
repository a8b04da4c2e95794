//! What a model writes reaches whoever listens while it is written.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Connection, Launch, Store, both_stores};

const YAML: &str = "
organism: {name: clerk}
listeners:
  - {name: clerk, description: Answers, agent: true, prompt: Be kind., next: out}
  - {name: out, description: Says it, handler: output, config: {payload: {said: '{{ input }}'}}}
";

/// A model that writes two words, and the second only when it is told to.
struct Model {
    address: SocketAddr,
    go_on: Sender<()>,
}

impl Model {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (go_on, told) = channel();
        let told = Arc::new(Mutex::new(told));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&told);
                thread::spawn(move || write(stream, &told.lock().unwrap()));
            }
        });
        Self { address, go_on }
    }

    /// A server whose flows ask it.
    fn launch(&self, store: &Store) -> Launch {
        let launch = Launch::on(store).with("LLM_BASE_URL", &format!("http://{}/v1", self.address));
        launch.with("LLM_API_KEY", "k").with("LLM_DEFAULT_MODEL", "m")
    }
}

fn write(stream: TcpStream, told: &Receiver<()>) -> std::io::Result<()> {
    let (mut writer, mut reader) = (stream.try_clone()?, BufReader::new(stream));
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim_end().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    assert!(String::from_utf8_lossy(&body).contains("\"stream\":true"), "it is asked for a stream");
    writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")?;
    let chunk = |delta: Json, finish: Json| {
        format!(
            "data: {}\n\n",
            json!({ "model": "m", "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] })
        )
    };
    writer.write_all(chunk(json!({ "content": "Good " }), Json::Null).as_bytes())?;
    writer.flush()?;
    told.recv_timeout(Duration::from_secs(60)).expect("that the first word has arrived");
    writer.write_all(chunk(json!({ "content": "day" }), json!("stop")).as_bytes())?;
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 5, "completion_tokens": 2 } });
    writer.write_all(format!("data: {usage}\n\ndata: [DONE]\n\n").as_bytes())
}

/// Reads events as they come.
struct Events {
    connection: Connection,
    text: String,
}

impl Events {
    fn ask(address: SocketAddr, head: &str, body: &str) -> (Self, Vec<(String, String)>) {
        let mut connection = Connection::open(address).unwrap();
        let message = format!(
            "{head} HTTP/1.1\r\nhost: story\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.stream.write_all(message.as_bytes()).unwrap();
        let (status, headers) = connection.head().unwrap();
        assert_eq!(status, 200);
        (Self { connection, text: String::new() }, headers)
    }

    /// The next event: its name and its data.
    fn next(&mut self) -> Option<(String, Json)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let found = field("event:")
                    .zip(field("data:"))
                    .map(|(name, data)| (name.to_owned(), serde_json::from_str(data).unwrap()));
                self.text = rest.to_owned();
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let chunk = self.connection.chunk().unwrap()?;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

both_stores! {
    fn a_caller_of_a_webhook_hears_an_agent_while_it_writes(store: &Store) {
        let model = Model::start();
        let server = model.launch(store).start();
        let api = Api::of(&server);
        let flow = api.flow("clerk", YAML);
        let hook = api.webhook(&flow, &json!({ "respond": "stream" }));
        let (mut caller, headers) = Events::ask(server.address(), &format!("POST {hook}"), "{\"text\": \"hello\"}");
        let (name, said) = caller.next().unwrap();
        assert_eq!((name.as_str(), &said["listener"], &said["text"]), ("delta", &json!("clerk"), &json!("Good ")));
        // The model waits: what has arrived has arrived before it was all written.
        model.go_on.send(()).unwrap();
        let (name, said) = caller.next().unwrap();
        assert_eq!((name.as_str(), &said["text"]), ("delta", &json!("day")));
        assert_eq!(caller.next().unwrap(), ("result".to_owned(), json!({ "said": "Good day" })));
        assert!(caller.next().is_none());

        // In the record is the whole, and what it cost.
        api.wait_until_all_ended(&flow, Duration::from_secs(30));
        let execution = headers.iter().find(|(name, _)| name == "x-execution-id").unwrap().1.clone();
        let events = api.events(&flow, &execution);
        let turn = events.iter().find(|event| event["listener"] == "clerk" && event["kind"] == "finished").unwrap();
        assert_eq!((&turn["output"], &turn["tokens"]["outputTokens"]), (&json!("Good day"), &json!(2)));
        assert!(events.iter().all(|event| event["kind"] != "delta"));
    }

    fn a_caller_who_leaves_ends_nothing_but_the_stream(store: &Store) {
        let model = Model::start();
        let server = model.launch(store).start();
        let api = Api::of(&server);
        let flow = api.flow("clerk", YAML);
        let hook = api.webhook(&flow, &json!({ "respond": "stream" }));
        let (mut caller, _) = Events::ask(server.address(), &format!("POST {hook}"), "{}");
        assert_eq!(caller.next().unwrap().0, "delta");
        drop(caller);
        model.go_on.send(()).unwrap();
        api.wait_until_all_ended(&flow, Duration::from_secs(30));
        assert_eq!(api.executions(&flow)[0]["status"], "success");
    }
}
