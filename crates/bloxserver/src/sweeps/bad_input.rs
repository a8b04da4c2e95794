//! Bad input of every kind is refused in the shape of errors, soon, and changes nothing.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::house::{House, Reply, YAML, request};
use super::operations::{self, Operation};
use super::strangers::everything;

/// The time in which a refusal comes; a build without optimisation is some ten times slower.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// Asks until an answer comes soon: twice more, so that a busy machine does not fail the test.
async fn soon(house: &House, case: &str, ask: impl Fn() -> Request<Body>) -> Reply {
    for _ in 0..3 {
        let start = Instant::now();
        let reply = house.send(ask()).await;
        if start.elapsed() < SOON {
            return reply;
        }
    }
    panic!("{case} took longer than {SOON:?} three times");
}

async fn is_refused(house: &House, case: &str, ask: impl Fn() -> Request<Body>) -> Reply {
    let reply = soon(house, case, ask).await;
    assert!(reply.is_refusal(), "{case}: {} {:.300}", reply.status, reply.text);
    reply
}

/// Bodies that no operation with a JSON body takes, with their type and the status they get.
fn unreadable() -> Vec<(&'static str, &'static str, Vec<u8>, u16)> {
    let json = "application/json";
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(129), close.repeat(129)).into_bytes();
    vec![
        ("malformed", json, b"{".to_vec(), 400),
        ("two values", json, b"{} {}".to_vec(), 400),
        ("a text of no JSON", json, b"organism: {name: x}".to_vec(), 400),
        ("invalid UTF-8", json, b"{\"name\": \"\xff\xfe\"}".to_vec(), 400),
        ("a NUL in a text", json, br#"{"name": "a\u0000b"}"#.to_vec(), 400),
        ("a NUL in a name", json, br#"{"na\u0000me": 1}"#.to_vec(), 400),
        ("lists in lists", json, deep("[", "]"), 400),
        ("objects in objects", json, deep("{\"a\":", "}"), 400),
        ("an endless list", json, vec![b'['; 1_000_000], 400),
        ("a wrong type", "text/plain", b"{}".to_vec(), 415),
        ("no type", "", b"{}".to_vec(), 415),
        ("a form", "multipart/form-data; boundary=x", b"--x--".to_vec(), 415),
        ("too much", json, vec![b' '; (1 << 20) + 1], 413),
        ("an unknown field", json, br#"{"colour": 1}"#.to_vec(), 422),
        ("a list", json, b"[1]".to_vec(), 422),
        ("a number", json, b"7".to_vec(), 422),
    ]
}

/// What stands for an id or a name in a path and can be none.
const BAD_PARTS: [&str; 9] = [
    "7",
    "%00",
    "a%00b",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "01890a5d-ac96-774b-bcce-b302099a805",
    "01890a5d-ac96-774b-bcce-b302099a8057'--",
    "%F0%9F%A6%80",
    "%20",
];

const BAD_VALUES: [&str; 9] =
    ["0", "-1", "x", "", "201.5", "99999999999999999999", "%00", "%ff", "1%20OR%201=1"];

db::testing::both_databases! {
    async fn what_cannot_be_read_is_refused_everywhere(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let before = everything(&house, &operations, &ann).await;
        for operation in operations.iter().filter(|operation| operation.reads_json) {
            let path = operation.path_to(&ann);
            for (what, content_type, body, status) in unreadable() {
                let case = format!("{} {} with {what}", operation.method, operation.path);
                let ask = || request((&operation.method, &path), &ann.token, content_type, body.clone());
                let reply = is_refused(&house, &case, ask).await;
                assert_eq!(reply.status, status, "{case}: {reply:?}");
            }
        }
        assert_eq!(everything(&house, &operations, &ann).await, before);
    }

    async fn fields_of_a_wrong_type_are_refused_by_name(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let before = everything(&house, &operations, &ann).await;
        for operation in operations.iter().filter(|operation| operation.reads_json) {
            for (field, bad) in wrong_fields(&operation.body()) {
                let path = operation.path_to(&ann);
                let case = format!("{} {} with {bad:.200}", operation.method, operation.path);
                let ask = || request((&operation.method, &path), &ann.token, "application/json", bad.to_string());
                let reply = is_refused(&house, &case, ask).await;
                let details = &reply.json()["details"];
                let names = details.as_object().is_some_and(|fields| fields.keys().any(|path| path.starts_with(&field)));
                assert!(reply.status == 422 && names, "{case}: {reply:?}");
            }
        }
        assert_eq!(everything(&house, &operations, &ann).await, before);
    }

    async fn paths_that_name_nothing_are_refused(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let before = everything(&house, &operations, &ann).await;
        let long = "x".repeat(8_000);
        for operation in operations.iter().filter(|operation| !operation.parameters().is_empty()) {
            for part in BAD_PARTS.iter().chain([&long.as_str()]) {
                let path = operation.path_with(|_| (*part).to_owned());
                let body = operation.body();
                let case = format!("{} {path:.200}", operation.method);
                let text = if body.is_null() { String::new() } else { body.to_string() };
                let ask = || request((&operation.method, &path), &ann.token, "application/json", text.clone());
                is_refused(&house, &case, ask).await;
            }
        }
        assert_eq!(everything(&house, &operations, &ann).await, before);
    }

    async fn queries_that_ask_for_nothing_are_refused(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let mut asked = 0;
        for operation in operations.iter().filter(|operation| operation.is_signed) {
            for name in &operation.query {
                for value in BAD_VALUES {
                    // What is looked for, and the name of a model or a listener, is any text.
                    let is_text = ["model", "listener", "text"].contains(&name.as_str()) && !value.starts_with('%');
                    if is_text || (name == "after" && value == "0") {
                        continue;
                    }
                    asked += 1;
                    let path = format!("{}?{name}={value}", operation.path_to(&ann));
                    is_refused(&house, &path, || request((&operation.method, &path), &ann.token, "", "")).await;
                }
                let unknown = format!("{}?{name}x=1", operation.path_to(&ann));
                let reply = is_refused(&house, &unknown, || request((&operation.method, &unknown), &ann.token, "", "")).await;
                assert_eq!(reply.status, 422, "{unknown} {reply:?}");
            }
        }
        assert!(asked > 50, "{asked}");
        for page in ["page=4294967295&pageSize=200", "page=4294967295&page_size=1"] {
            let reply = house.ask(&ann.token, "GET", &format!("/api/v1/flows?{page}"), &Value::Null).await;
            assert_eq!((reply.status, &reply.json()["items"]), (200, &json!([])), "{reply:?}");
        }
    }

    async fn headers_that_say_nothing_do_no_harm(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        for operation in &operations {
            for name in ["if-match", "last-event-id", "accept", "accept-encoding", "range", "x-request-id", "idempotency-key", "content-encoding", "expect", "origin"] {
                for value in [&b""[..], b"\"", b"W/\"7\"", b"99999999999999999999", b"\xff\xfe", b"' OR 1=1 --"] {
                    // What would change something is asked for an object that is not there.
                    let path = match operation.method.as_str() {
                        "GET" => operation.path_to(&ann),
                        _ => operation.path_with(|_| "7".to_owned()),
                    };
                    let mut ask = request((&operation.method, &path), &ann.token, "", "");
                    ask.headers_mut().insert(name, axum::http::HeaderValue::from_bytes(value).unwrap());
                    let reply = house.send(ask).await;
                    assert!(reply.status < 500, "{} {path} {name} {value:?} {reply:?}", operation.method);
                }
            }
        }
    }

    async fn texts_that_are_made_to_hurt_are_answered_soon(db: Db) {
        let house = House::on(&db, &[]).await;
        let ann = house.ann().await;
        for (what, text) in hurtful() {
            let canvas = json!({"nodes": [{"id": "l1", "type": "output", "position": {"x": 0, "y": 0}}]});
            for (path, body) in [
                ("/api/v1/flows/validate", json!({ "organismYaml": text })),
                ("/api/v1/flows/convert/to-canvas", json!({ "organismYaml": text })),
                ("/api/v1/flows/fit", json!({ "organismYaml": text })),
                ("/api/v1/flows/convert/to-yaml", json!({ "organismYaml": text, "canvasState": canvas })),
            ] {
                let body = body.to_string();
                let case = format!("{path} with {what}");
                let reply = soon(&house, &case, || request(("POST", path), &ann.token, "application/json", body.clone())).await;
                assert!(reply.status == 200 || reply.is_refusal(), "{case} {:.300}", reply.text);
                if reply.status == 200 && path.ends_with("/fit") {
                    assert!(reply.json()["edges"].is_array(), "{case} {:.300}", reply.text);
                } else if reply.status == 200 {
                    let diagnostics = &reply.json()["diagnostics"];
                    assert!(diagnostics.as_array().is_some_and(|all| !all.is_empty()), "{case} {:.300}", reply.text);
                }
            }
        }
    }

    async fn whatever_a_webhook_is_sent_is_taken_or_refused(db: Db) {
        let house = House::on(&db, &[]).await;
        let ann = house.ann().await;
        let (mut runner, deliveries, mut taken) = (TestRunner::default(), any_delivery(), 0);
        for _ in 0..150 {
            let (content_type, query, body) = deliveries.new_tree(&mut runner).unwrap().current();
            let path = format!("/webhooks/{}?{query}", ann.webhook);
            let reply = house.send(request(("POST", &path), "", &content_type, body.clone())).await;
            taken += usize::from(reply.status == 200);
            assert!(reply.status == 200 || reply.is_refusal(), "{content_type} {query} {body:?} {reply:?}");
        }
        let path = format!("/api/v1/flows/{}/executions", ann.flow);
        let all = house.ask(&ann.token, "GET", &path, &Value::Null).await;
        // Ann ran it once herself.
        assert_eq!(all.json()["total"], taken + 1);
        assert!(taken > 50, "{taken}");
    }

    async fn whatever_arrives_is_no_fault_of_the_servers(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let mut runner = TestRunner::default();
        let writing: Vec<Operation> = operations.into_iter().filter(|operation| operation.reads_json).collect();
        let which = (0..writing.len(), any_json());
        for _ in 0..150 {
            let (index, body) = which.new_tree(&mut runner).unwrap().current();
            let operation = &writing[index];
            let reply = house.ask(&ann.token, &operation.method, &operation.path_to(&ann), &body).await;
            assert!(reply.status < 400 || reply.is_refusal(), "{} {} {body} {reply:?}", operation.method, operation.path);
        }
    }
}

/// What strangers send to a webhook: any bytes, said to be anything.
fn any_delivery() -> impl Strategy<Value = (String, String, Vec<u8>)> {
    let types = [
        "",
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "image/png",
        "a/b+json",
        ";",
        "json",
    ];
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        any_json().prop_map(|json| json.to_string().into_bytes()),
        "[a-z%&=0-9]{0,100}".prop_map(String::into_bytes),
    ];
    let query = "[a-z%&=0-9+;]{0,40}";
    (proptest::sample::select(types.to_vec()).prop_map(str::to_owned), query, body)
}

/// The body with one field after the other of each type that it must not have.
fn wrong_fields(body: &Value) -> Vec<(String, Value)> {
    let fields = body.as_object().into_iter().flatten();
    let takes_anything = |name: &str, value: &Value| {
        ["inputPayload", "output"].contains(&name) || (name == "value" && value == "v")
    };
    let wrong = fields.filter(|(name, value)| !takes_anything(name, value)).flat_map(|(name, value)| {
        let others = [json!(7), json!(true), json!([7]), json!({"a": {}}), json!("x")];
        let fits = |other: &Value| std::mem::discriminant(other) == std::mem::discriminant(value);
        let bodies = others.into_iter().filter(move |other| !fits(other)).map(|other| {
            let mut bad = body.clone();
            bad[name] = other;
            (name.clone(), bad)
        });
        bodies.collect::<Vec<_>>()
    });
    wrong.collect()
}

/// JSON of any shape, with the names of fields that there are.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(Value::from(YAML)),
        Just(Value::from("webhook")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let names = [
            "name",
            "description",
            "organismYaml",
            "canvasState",
            "type",
            "config",
            "enabled",
            "inputPayload",
            "value",
            "hosts",
            "scopes",
            "expiresAt",
            "provider",
            "apiKey",
            "nodes",
            "edges",
            "cron",
            "timezone",
        ];
        let name = prop_oneof![proptest::sample::select(names.to_vec()).prop_map(str::to_owned), ".{0,10}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(name, inner, 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// Texts of a flow that look small and are not.
fn hurtful() -> Vec<(&'static str, String)> {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for level in 1..12 {
        let inner = format!("*a{},", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    let listener = |number: usize| format!("- {{name: l{number}, description: d, handler: output}}\n");
    let listeners: String = (0..10_000).map(listener).collect();
    let chain = |number: usize| {
        format!("- {{name: l{number}, description: d, handler: set, next: l{}}}\n", number + 1)
    };
    let chain: String = (0..10_000).map(chain).collect();
    let fan: String = (0..40_000).map(|number| format!("l{number},")).collect();
    vec![
        ("a bomb of aliases", bomb),
        ("10,000 listeners", format!("organism: {{name: x}}\nlisteners:\n{listeners}")),
        ("a chain of 10,000", format!("organism: {{name: x}}\nlisteners:\n{chain}")),
        ("a fan", format!("organism: {{name: x}}\nlisteners:\n- {{name: a, handler: set, next: [{fan}]}}\n")),
        ("deep lists", "[".repeat(500_000)),
        ("deep maps", (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth.min(150)))).collect()),
        ("one long line", "x".repeat(1_000_000)),
        ("tabs", "\t".repeat(100_000)),
        ("anchors", (0..50_000).map(|number| format!("- &a{number} x\n")).collect()),
    ]
}
