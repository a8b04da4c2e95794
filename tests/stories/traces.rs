//! Traces as a collector gets them: from a webhook through steps and models to outgoing requests, over a wait and a crash.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use serde_json::json;

use crate::rig::{Api, Launch, Server, Store, both_stores, request, until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// One request that a [`Listener`] got.
#[derive(Clone)]
struct Got {
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// A real HTTP server that keeps what it gets, to the byte.
struct Listener {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Listener {
    fn start(answer: &'static str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, got) = (socket.local_addr().unwrap(), Arc::<Mutex<Vec<Got>>>::default());
        let kept = Arc::clone(&got);
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // A caller that was killed hangs up.
                std::thread::spawn(move || serve(stream, answer, &kept));
            }
        });
        Self { address, got }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, answer: &str, kept: &Mutex<Vec<Got>>) -> std::io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        kept.lock().unwrap().push(Got { path, headers, body });
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        writer.write_all(head.as_bytes())?;
        writer.write_all(answer.as_bytes())?;
    }
}

/// Every span that a collector has.
fn spans(collector: &Listener) -> Vec<Span> {
    let decode = |got: &Got| {
        assert_eq!(
            (got.path.as_str(), got.headers["content-type"].as_str()),
            ("/v1/traces", "application/x-protobuf")
        );
        ExportTraceServiceRequest::decode(got.body.as_slice()).unwrap()
    };
    let all = collector.got().iter().map(decode).collect::<Vec<_>>();
    let scopes = all.into_iter().flat_map(|one| one.resource_spans).flat_map(|one| one.scope_spans);
    scopes.flat_map(|one| one.spans).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|one| one.key == name).and_then(|one| one.value.clone()?.value);
    match found {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{name} is {other:?} in {span:?}"),
    }
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let found = || spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>();
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} among {:?}", found()))
}

/// Calls a peer with a token in its path, sleeps, and asks a model.
fn flow(peer: &Listener) -> String {
    format!(
        "
organism: {{name: traced}}
listeners:
  - {{name: call, description: Calls, handler: http, config: {{method: POST, url: \"http://{}/canary-path?key=canary\", body: \"{{{{ input }}}}\"}}, next: nap}}
  - {{name: nap, description: Sleeps, handler: delay, config: {{for: 2s}}, next: think}}
  - {{name: think, description: Thinks, handler: prompt, config: {{model: generic/canned, prompt: canary-prompt}}, next: reply}}
  - {{name: reply, description: Answers, handler: output}}
",
        peer.address
    )
}

const ANSWER: &str = r#"{"id":"1","object":"chat.completion","created":1,"model":"canned-1","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"canary-answer"}}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}"#;

fn launch(store: &Store, model: &Listener) -> Launch {
    Launch::on(store)
        .with("LLM_BASE_URL", &format!("http://{}/v1", model.address))
        .with("LLM_API_KEY", "sk-canary")
        .with("OTEL_BSP_SCHEDULE_DELAY", "100")
}

fn fire(server: &Server, hook: &str, flags: &str) {
    let traceparent = format!("00-{TRACE}-{CALLER}-{flags}");
    let headers = [("content-type", "application/json"), ("traceparent", &traceparent)];
    let answer = request(server.address(), "POST", hook, &headers, b"{\"a\": \"canary-payload\"}").unwrap();
    assert_eq!(answer.status, 202, "{}", answer.text());
}

both_stores! {
    fn one_trace_from_the_webhook_to_what_it_causes_over_a_wait_and_a_crash(store: &Store) {
        let (peer, model, collector) = (Listener::start("{\"ok\": true}"), Listener::start(ANSWER), Listener::start("{}"));
        let launch = launch(store, &model)
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{}", collector.address))
            .with("OTEL_EXPORTER_OTLP_HEADERS", "x-scope=blox%20one");
        let server = launch.start();
        let api = Api::of(&server);
        let id = api.flow("traced", &flow(&peer));
        let hook = api.webhook(&id, &json!({}));
        fire(&server, &hook, "01");
        // It sleeps, and what it did before is told; then the server dies.
        until("the first step is told", Duration::from_secs(20), || {
            spans(&collector).iter().any(|span| span.name == "step call").then_some(())
        });
        let mut server = server.kill().start();
        let execution = api.executions(&id)[0]["id"].as_str().unwrap().to_owned();
        api.wait_until_all_ended(&id, Duration::from_secs(30));
        server.signal("TERM");
        assert!(server.ended(Duration::from_secs(30)).success());

        let all = spans(&collector);
        let ours: Vec<Span> = all.iter().filter(|span| hex(&span.trace_id) == TRACE).cloned().collect();
        let caused_by = |span: &Span, cause: &Span| assert_eq!(hex(&span.parent_span_id), hex(&cause.span_id), "{}", span.name);
        let webhook = named(&ours, "POST /webhooks/{token}");
        assert_eq!(hex(&webhook.parent_span_id), CALLER);
        assert_eq!((webhook.kind(), attribute(webhook, "http.response.status_code").as_str()), (SpanKind::Server, "202"));
        let run = named(&ours, "execution");
        caused_by(run, webhook);
        assert_eq!(attribute(run, "bloxserver.execution.id"), execution);
        assert_eq!(attribute(run, "bloxserver.execution.status"), "success");
        assert!(run.end_time_unix_nano - run.start_time_unix_nano > 1_500_000_000, "it slept");
        let turns: Vec<&Span> = ours.iter().filter(|span| span.name == "turn").collect();
        assert!(turns.len() >= 3, "{}", turns.len());
        turns.iter().for_each(|turn| caused_by(turn, run));
        let (call, think) = (named(&ours, "step call"), named(&ours, "step think"));
        for (step, handler) in [(call, "http"), (think, "prompt")] {
            caused_by(step, run);
            assert_eq!(attribute(step, "bloxserver.handler"), handler);
            assert_eq!(attribute(step, "bloxserver.step.attempt"), "1");
        }
        let chat = named(&ours, "chat generic/canned");
        caused_by(chat, think);
        for (name, value) in [
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.request.model", "generic/canned"),
            ("gen_ai.response.model", "canned-1"),
            ("gen_ai.provider.name", "generic"),
            ("gen_ai.usage.input_tokens", "11"),
            ("gen_ai.usage.output_tokens", "7"),
        ] {
            assert_eq!(attribute(chat, name), value, "{name}");
        }
        // The requests themselves carry the trace, each in its own span.
        for (listener, cause) in [(&peer, call), (&model, chat)] {
            let got = listener.got().pop().unwrap();
            let sent = ours.iter().find(|span| span.name == "POST" && span.parent_span_id == cause.span_id).unwrap();
            assert_eq!((sent.kind(), attribute(sent, "server.address").as_str()), (SpanKind::Client, "127.0.0.1"));
            assert_eq!(attribute(sent, "http.response.status_code"), "200");
            assert_eq!(got.headers["traceparent"], format!("00-{TRACE}-{}-01", hex(&sent.span_id)));
        }
        assert!(all.iter().all(|span| !span.name.contains("/health")), "monitors leave none");
        for got in collector.got() {
            assert_eq!(got.headers["x-scope"], "blox one");
            let text = String::from_utf8_lossy(&got.body);
            let token = hook.rsplit('/').next().unwrap();
            assert!(!text.contains("canary") && !text.contains(token), "a payload or a secret is told");
        }
    }
}

#[test]
fn a_caller_that_keeps_no_trace_gets_none_kept_and_without_a_collector_nothing_is_sent() {
    for (has_collector, passed_on) in [(true, Some("-00")), (false, None)] {
        let store = Store::sqlite();
        let (peer, model, collector) =
            (Listener::start("{\"ok\": true}"), Listener::start(ANSWER), Listener::start("{}"));
        let mut launch = launch(&store, &model);
        if has_collector {
            launch = launch.with("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{}/", collector.address));
        }
        let mut server = launch.start();
        let api = Api::of(&server);
        let id = api.flow("traced", &flow(&peer).replace("2s", "10ms"));
        let hook = api.webhook(&id, &json!({}));
        fire(&server, &hook, "00");
        api.wait_until_all_ended(&id, Duration::from_secs(30));
        server.signal("TERM");
        assert!(server.ended(Duration::from_secs(30)).success());
        assert!(spans(&collector).iter().all(|span| hex(&span.trace_id) != TRACE));
        assert_eq!(collector.got().is_empty(), !has_collector, "other requests are traced all the same");
        let carried = peer.got().pop().unwrap().headers.get("traceparent").cloned();
        let end = carried.as_deref().map(|text| &text[text.len() - 3..]);
        assert_eq!(end, passed_on, "{carried:?}");
        assert!(carried.is_none_or(|text| text.contains(TRACE)));
    }
}

#[test]
fn a_collector_that_is_away_keeps_nobody_waiting() {
    let store = Store::sqlite();
    let (peer, model) = (Listener::start("{\"ok\": true}"), Listener::start(ANSWER));
    let mut server = launch(&store, &model).with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9").start();
    let api = Api::of(&server);
    let id = api.flow("traced", &flow(&peer).replace("2s", "10ms"));
    let hook = api.webhook(&id, &json!({}));
    fire(&server, &hook, "01");
    api.wait_until_all_ended(&id, Duration::from_secs(30));
    assert_eq!(api.executions(&id)[0]["status"], "success");
    server.signal("TERM");
    assert!(server.ended(Duration::from_secs(30)).success());
    assert!(server.log().contains("traces could not be sent"), "{}", server.log());
}
