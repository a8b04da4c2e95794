//! Answers that are told while they are written.

use std::sync::Mutex;

use super::*;
use crate::double::Step;

/// Asks aloud; the answer, and what was told of it in pieces.
async fn aloud(gateway: &Gateway, request: ChatRequest) -> (Result<crate::ChatAnswer, Error>, Vec<String>) {
    let told = Mutex::new(Vec::new());
    let tell = |text: &str| told.lock().unwrap().push(text.to_owned());
    let answer = gateway.chat_aloud(&caller(), request, tell).await;
    (answer, told.into_inner().unwrap())
}

fn stream(events: &[Value]) -> Vec<u8> {
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    reply("200 OK", "content-type: text/event-stream\r\n", &body)
}

fn delta(delta: &Value, finish: Option<&str>) -> Value {
    json!({"model": "gpt-4o-x", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
}

fn warm(model: &str) -> ChatRequest {
    ChatRequest { temperature: Some(1.0), ..hello(model) }
}

#[tokio::test]
async fn words_are_told_as_they_come_and_the_answer_is_the_whole() {
    let double = Double::start(|_| {
        stream(&[
            delta(&json!({"role": "assistant", "content": ""}), None),
            delta(&json!({"content": "it is "}), None),
            delta(&json!({"content": "sunny"}), None),
            delta(&json!({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "map", "arguments": "{\"city\":"}}]}), None),
            delta(&json!({"tool_calls": [{"index": 0, "function": {"arguments": "\"Rome\"}"}}]}), None),
            delta(&json!({}), Some("tool_calls")),
            json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}),
        ])
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let (answer, told) = aloud(&gateway, warm("gpt-4o")).await;
    let answer = answer.unwrap();
    assert_eq!(told, ["it is ", "sunny"]);
    assert_eq!(
        (answer.text.as_deref(), answer.finish, answer.model.as_str()),
        (Some("it is sunny"), Finish::ToolCalls, "gpt-4o-x")
    );
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (9, 4));
    assert_eq!(
        (answer.calls[0].name.as_str(), &answer.calls[0].arguments),
        ("map", &json!({"city": "Rome"}))
    );
    assert!(double.seen()[0].contains("\"stream\":true") && double.seen()[0].contains("include_usage"));
}

#[tokio::test]
async fn anthropics_words_are_told_too() {
    let events = [
        json!({"type": "message_start", "message": {"model": "claude-x", "usage": {"input_tokens": 5, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi "}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "there"}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}}),
        json!({"type": "message_stop"}),
    ];
    let body: String = events
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()))
        .collect();
    let double = Double::start(move |_| reply("200 OK", "content-type: text/event-stream\r\n", &body)).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let (answer, told) = aloud(&gateway, warm("claude-x")).await;
    let answer = answer.unwrap();
    assert_eq!(
        (told.concat().as_str(), answer.text.as_deref(), answer.finish),
        ("hi there", Some("hi there"), Finish::Stop)
    );
    assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens), (5, 3));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_none_and_may_be_asked_again() {
    let double = Double::scripted(|_, _| {
        let begun = stream(&[delta(&json!({"content": "it is "}), None)]);
        vec![Step::Send(begun)]
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let (answer, told) = aloud(&gateway, warm("gpt-4o")).await;
    let error = answer.unwrap_err();
    assert!(error.is_transient() && told == ["it is "], "{error} {told:?}");
}

#[tokio::test]
async fn what_has_a_schema_or_asks_nobody_is_told_as_a_whole() {
    let double = Double::start(|_| completion(&json!({"content": "{\"a\":1}"}))).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let request = ChatRequest { output_schema: Some(json!({"type": "object"})), ..warm("gpt-4o") };
    let (answer, told) = aloud(&gateway, request).await;
    assert_eq!((answer.unwrap().text.as_deref(), told), (Some("{\"a\":1}"), vec!["{\"a\":1}".to_owned()]));
    let (answer, told) = aloud(&gateway, hello("echo")).await;
    assert_eq!(answer.unwrap().text, Some(told.concat()));
}

#[tokio::test]
async fn a_server_that_cannot_stream_is_asked_for_the_whole() {
    let double = Double::start(|_| completion(&json!({"content": "all at once"}))).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let (answer, told) = aloud(&gateway, warm("gpt-4o")).await;
    assert_eq!(
        (answer.unwrap().text.as_deref(), told),
        (Some("all at once"), vec!["all at once".to_owned()])
    );
    assert!(!double.seen().last().unwrap().contains("\"stream\":true"));
}

#[tokio::test]
async fn what_is_repeated_with_every_part_of_a_call_is_one_and_a_name_in_pieces_is_put_together() {
    let part = |index: u64, id: Option<&str>, name: Option<&str>, arguments: &str| {
        let function = json!({"name": name, "arguments": arguments});
        delta(&json!({"tool_calls": [{"index": index, "id": id, "function": function}]}), None)
    };
    let events = [
        part(0, Some("c1"), Some("map"), "{\"city\":"),
        part(0, Some("c1"), Some("map"), "\"Rome\"}"),
        part(1, Some("c2"), Some("get_"), ""),
        part(1, None, Some("weather"), "{}"),
        delta(&json!({}), Some("tool_calls")),
        json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}),
    ];
    let double = Double::start(move |_| stream(&events)).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let calls = aloud(&gateway, warm("gpt-4o")).await.0.unwrap().calls;
    let told: Vec<_> =
        calls.iter().map(|call| (call.id.as_str(), call.name.as_str(), &call.arguments)).collect();
    assert_eq!(told, [("c1", "map", &json!({"city": "Rome"})), ("c2", "get_weather", &json!({}))]);
}
