//! Clients of OpenAI's responses: at providers that have them, and at those that have not.

use futures::StreamExt;

use super::*;
use crate::double::{Step, stream_head};
use crate::{CacheOutcome, CacheWish, Dialect, Operation, RawRequest, Reply, ReplyBody};

const WHOLE: &str = r#"{"id":"resp_1","object":"response","model":"gpt-4o-1","status":"completed","new_field":1.50,"output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]}]}],"usage":{"input_tokens":7,"output_tokens":2}}"#;
const CREATED: &str = "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-4o-1\",\"status\":\"in_progress\",\"output\":[]}}\n\n";
const DELTA: &str = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"delta\":\"hello there\"}\n\n";
const COMPLETED: &str = "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":2,\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-4o-1\",\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}\n\n";
const CHUNKS: &str =
    "data: {\"id\":\"x\",\"model\":\"llama\",\"choices\":[{\"delta\":{\"content\":\"hello there\"}}]}\n\n";
const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n";

fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

async fn pass(gateway: &Gateway, body: &Value, wish: CacheWish) -> Result<Reply, Error> {
    let raw = RawRequest::read(Dialect::Responses, Operation::Chat, body.to_string().into())?;
    gateway.pass(&caller(), raw, wish).await
}

async fn ask(gateway: &Gateway, body: &Value) -> String {
    match pass(gateway, body, CacheWish::default()).await.unwrap().body {
        ReplyBody::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        ReplyBody::Events(events) => String::from_utf8(events.collect::<Vec<_>>().await.concat()).unwrap(),
    }
}

fn at(double: &Double) -> Gateway {
    let mut settings = settings(double);
    settings.aliases.insert("smart".into(), vec!["gpt-4o".into(), "claude-x".into()]);
    settings.providers.iter_mut().for_each(|provider| provider.needs_key = false);
    gateway(settings, OperatorKeysOnly)
}

fn kinds(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("event: ")).collect()
}

#[tokio::test]
async fn a_provider_that_has_them_gets_the_bytes_and_is_asked_to_keep_nothing() {
    let double = Double::start(|_| reply("200 OK", "", WHOLE)).await;
    let asked = json!({"model": "gpt-4o", "input": "hello", "tools": [{"type": "web_search"}]});
    assert_eq!(ask(&at(&double), &asked).await, WHOLE);
    let seen = double.seen().remove(0);
    assert!(seen.starts_with("POST /v1/responses "), "{seen}");
    let body = asked.to_string();
    assert!(seen.ends_with(&format!("{{\"store\":false,{}", &body[1..])), "{seen}");
}

#[tokio::test]
async fn its_stream_stays_as_it_is() {
    let steps = vec![stream_head(), send(CREATED), send(DELTA), send(COMPLETED)];
    let double = Double::scripted(move |_, _| steps.clone()).await;
    let asked = json!({"model": "gpt-4o", "input": "hello", "stream": true});
    assert_eq!(ask(&at(&double), &asked).await, [CREATED, DELTA, COMPLETED].concat());
}

#[tokio::test]
async fn a_provider_without_them_is_asked_for_a_completion() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let asked = json!({"model": "together/llama", "instructions": "be brief", "input": "hello"});
    let said: Value = serde_json::from_str(&ask(&at(&double), &asked).await).unwrap();
    assert_eq!(said["output"][0]["content"][0]["text"], "hi");
    assert_eq!((&said["usage"]["input_tokens"], &said["usage"]["output_tokens"]), (&json!(9), &json!(2)));
    assert_eq!((&said["instructions"], &said["status"]), (&json!("be brief"), &json!("completed")));
    let seen = double.seen().remove(0);
    assert!(
        seen.starts_with("POST /v1/chat/completions ") && seen.contains("\"content\":\"be brief\""),
        "{seen}"
    );
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_brings_the_answer_in_streams_as_well() {
    let call = "data: {\"model\":\"llama\",\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]}}]}\n\n";
    let double = Double::scripted(move |request, _| match request.contains("\"role\":\"tool\"") {
        true => vec![stream_head(), send(CHUNKS), send(STOP)],
        false => vec![stream_head(), send(call), send(&STOP.replace("stop", "tool_calls"))],
    })
    .await;
    let gateway = at(&double);
    let tools = json!([{"type": "function", "name": "weather", "parameters": {"type": "object"}}]);
    let mut input = vec![json!({"role": "user", "content": "sunny?"})];
    let said =
        ask(&gateway, &json!({"model": "together/llama", "stream": true, "tools": tools, "input": input}))
            .await;
    let last: Value = serde_json::from_str(said.trim().rsplit("data: ").next().unwrap()).unwrap();
    assert_eq!(last["type"], "response.completed");
    input.extend(last["response"]["output"].as_array().unwrap().clone());
    input.push(json!({"type": "function_call_output", "call_id": "c1", "output": "sunny"}));
    let said =
        ask(&gateway, &json!({"model": "together/llama", "stream": true, "tools": tools, "input": input}))
            .await;
    assert_eq!(kinds(&said)[..3], ["response.created", "response.in_progress", "response.output_item.added"]);
    assert!(
        said.contains("\"delta\":\"hello there\"") && kinds(&said).ends_with(&["response.completed"]),
        "{said}"
    );
    assert!(double.seen()[1].contains("\"tool_call_id\":\"c1\""), "{}", double.seen()[1]);
}

#[tokio::test]
async fn failover_crosses_from_the_vendor_to_one_that_has_none() {
    let double = Double::start(|request| match request.starts_with("POST /v1/responses ") {
        true => reply("503 Away", "", "{}"),
        false => {
            let message = json!({"id": "m", "model": "claude-x", "content": [{"type": "text", "text": "hi"}],
                "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 1}});
            reply("200 OK", "", &message.to_string())
        }
    })
    .await;
    let reply =
        pass(&at(&double), &json!({"model": "smart", "input": "hello"}), CacheWish::default()).await.unwrap();
    assert_eq!(reply.provider, "anthropic");
    let ReplyBody::Whole(said) = reply.body else { panic!("it is a stream") };
    let said: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(
        (&said["output"][0]["content"][0]["text"], &said["usage"]["total_tokens"]),
        (&json!("hi"), &json!(4))
    );
}

#[tokio::test]
async fn a_stream_that_breaks_says_so_and_nothing_is_invented() {
    let failed = "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"oops\"}}}\n\n";
    for (model, begun, rest) in [
        ("gpt-4o", [CREATED, DELTA].concat(), ""),
        ("gpt-4o", [CREATED, DELTA].concat(), &COMPLETED[..40]),
        ("gpt-4o", [CREATED, DELTA].concat(), failed),
        ("gpt-4o", [CREATED, DELTA].concat(), "data: [DONE]\n\n"),
        ("gpt-4o", [CREATED, DELTA].concat(), "data: {oops}\n\n"),
        ("together/llama", CHUNKS.to_owned(), ""),
        ("together/llama", CHUNKS.to_owned(), "data: [DONE]\n\n"),
        ("together/llama", CHUNKS.to_owned(), "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"),
    ] {
        let steps = vec![stream_head(), send(&begun), send(rest)];
        let double = Double::scripted(move |_, _| steps.clone()).await;
        let said = ask(&at(&double), &json!({"model": model, "input": "hello", "stream": true})).await;
        assert!(said.contains("hello there"), "{said}");
        let data = said.trim().rsplit_once("event: error\ndata: ").unwrap_or_else(|| panic!("{said}")).1;
        let error: Value = serde_json::from_str(data).unwrap();
        assert_eq!((&error["type"], &error["message"]), (&json!("error"), &error["error"]["message"]));
        let before = said.lines().filter(|line| line.starts_with("data: ")).count() - 1;
        assert_eq!(error["sequence_number"], before, "{said}");
        let ends = ["response.completed", "response.incomplete", "output_item.done", "[DONE]"];
        assert!(!ends.iter().any(|end| said.contains(end)), "{said}");
    }
}

#[tokio::test]
async fn what_cannot_be_translated_is_named_and_what_needs_a_memory_never_leaves() {
    let double = Double::start(|_| reply("200 OK", "", WHOLE)).await;
    let gateway = at(&double);
    for (extra, field) in [
        (json!({"tools": [{"type": "web_search"}]}), "tools[0]"),
        (json!({"previous_response_id": "resp_1"}), "previous_response_id"),
        (json!({"store": true}), "store"),
    ] {
        let mut asked = json!({"model": "claude-x", "input": "hello"});
        asked.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let error = pass(&gateway, &asked, CacheWish::default()).await.unwrap_err();
        assert!(
            error.kind() == Kind::Invalid && error.to_string().contains(&format!("`{field}`")),
            "{error}"
        );
    }
    assert!(double.seen().is_empty());
}

#[tokio::test]
async fn a_cold_question_is_asked_once_and_its_answer_is_not_that_to_a_completion() {
    let double = Double::start(|request| match request.starts_with("POST /v1/responses ") {
        true => reply("200 OK", "", WHOLE),
        false => completion(&json!({"content": "hi"})),
    })
    .await;
    let gateway = at(&double);
    let cold = json!({"model": "gpt-4o", "temperature": 0, "input": "hello", "messages": [{"role": "user", "content": "hello"}]});
    let ask = async |dialect| {
        let raw = RawRequest::read(dialect, Operation::Chat, cold.to_string().into()).unwrap();
        gateway.pass(&caller(), raw, CacheWish::default()).await.unwrap().cache
    };
    assert_eq!(ask(Dialect::Responses).await, CacheOutcome::Miss);
    assert_eq!(ask(Dialect::Responses).await, CacheOutcome::Hit);
    assert_eq!(ask(Dialect::OpenAi).await, CacheOutcome::Miss);
    assert_eq!(double.seen().len(), 2);
}

#[tokio::test]
async fn the_simulation_has_them_too() {
    let double = Double::start(|_| Vec::new()).await;
    let gateway = at(&double);
    let said: Value =
        serde_json::from_str(&ask(&gateway, &json!({"model": "echo", "input": "hello"})).await).unwrap();
    assert_eq!(said["output"][0]["content"][0]["text"], "[simulated] hello");
    let said = ask(
        &gateway,
        &json!({"model": "echo", "input": [{"role": "user", "content": "hello"}], "stream": true}),
    )
    .await;
    assert!(said.contains("[simulated] hello") && kinds(&said).ends_with(&["response.completed"]), "{said}");
    assert!(double.seen().is_empty());
}
