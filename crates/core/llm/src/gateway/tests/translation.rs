//! Clients of one dialect at providers of the other.

use futures::StreamExt;

use super::*;
use crate::double::{Step, stream_head};
use crate::{CacheOutcome, CacheWish, Dialect, Operation, RawRequest, ReplyBody};

async fn ask(gateway: &Gateway, dialect: Dialect, body: &Value) -> String {
    let raw = RawRequest::read(dialect, Operation::Chat, body.to_string().into()).unwrap();
    match gateway.pass(&caller(), raw, CacheWish::default()).await.unwrap().body {
        ReplyBody::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        ReplyBody::Events(events) => String::from_utf8(events.collect::<Vec<_>>().await.concat()).unwrap(),
    }
}

#[tokio::test]
async fn an_openai_client_reads_claude_as_chat_completions() {
    let body = json!({"id": "m", "model": "claude-x", "content": [{"type": "text", "text": "hi"}],
        "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 1}});
    let double = Double::start(move |_| reply("200 OK", "", &body.to_string())).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let asked = json!({"model": "claude-x", "messages": [{"role": "user", "content": "hello"}]});
    let said: Value = serde_json::from_str(&ask(&gateway, Dialect::OpenAi, &asked).await).unwrap();
    assert_eq!(said["choices"][0]["message"]["content"], "hi");
    assert_eq!(said["usage"]["prompt_tokens"], 3);
    assert!(
        double.seen()[0].starts_with("POST /v1/messages ")
            && double.seen()[0].contains("\"max_tokens\":4096")
    );
}

#[tokio::test]
async fn an_anthropic_client_reads_a_stream_of_openai_as_messages() {
    let chunks = "data: {\"id\":\"x\",\"model\":\"gpt\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n\
        data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
        data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n";
    let double =
        Double::scripted(move |_, _| vec![stream_head(), Step::Send(chunks.as_bytes().to_vec())]).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let asked = json!({"model": "gpt-4o", "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "hello"}]});
    let said = ask(&gateway, Dialect::Anthropic, &asked).await;
    assert!(said.starts_with("event: message_start\n") && said.contains("\"text\":\"hi\""), "{said}");
    assert!(said.contains("\"stop_reason\":\"end_turn\"") && said.contains("\"output_tokens\":3"), "{said}");
    assert!(said.ends_with("data: {\"type\":\"message_stop\"}\n\n"), "{said}");
}

#[tokio::test]
async fn what_a_client_of_anthropic_tries_out_reaches_anthropic_alone_and_has_answers_of_its_own() {
    let double = Double::start(|request| match request.starts_with("POST /v1/messages ") {
        true => {
            let body = json!({"id": "m", "model": "claude-x", "content": [{"type": "text", "text": "hi"}],
                "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 1}});
            reply("200 OK", "", &body.to_string())
        }
        false => completion(&json!({"content": "hi"})),
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let ask = async |model: &str, beta: Option<&str>| {
        let body = json!({"model": model, "max_tokens": 9, "temperature": 0, "messages": [{"role": "user", "content": "hello"}]});
        let raw = RawRequest::read(Dialect::Anthropic, Operation::Chat, body.to_string().into()).unwrap();
        gateway
            .pass(&caller(), raw.with_beta(beta.map(str::to_owned)), CacheWish::default())
            .await
            .unwrap()
            .cache
    };
    for (model, beta) in
        [("claude-x", None), ("claude-x", Some("new-2026-01-01")), ("gpt-4o", Some("new-2026-01-01"))]
    {
        assert_eq!(ask(model, beta).await, CacheOutcome::Miss, "{model} {beta:?}");
    }
    assert_eq!(ask("claude-x", Some("new-2026-01-01")).await, CacheOutcome::Hit);
    let told: Vec<bool> =
        double.seen().iter().map(|request| request.contains("anthropic-beta: new-2026-01-01")).collect();
    assert_eq!(told, [false, true, false]);
}

#[tokio::test]
async fn a_stream_that_breaks_says_so_in_the_clients_words() {
    let start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"claude-x\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n";
    let double =
        Double::scripted(move |_, _| vec![stream_head(), Step::Send(start.as_bytes().to_vec())]).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let asked = |model: &str| json!({"model": model, "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "hello"}]});
    let said = ask(&gateway, Dialect::OpenAi, &asked("claude-x")).await;
    assert!(said.contains("data: {\"error\":") && !said.contains("[DONE]"), "{said}");
    let said = ask(&gateway, Dialect::Anthropic, &asked("claude-x")).await;
    assert!(said.starts_with(start) && said.contains("event: error\ndata: {\"type\":\"error\""), "{said}");
    assert!(!said.contains("message_stop"), "{said}");
}

#[tokio::test]
async fn what_cannot_be_translated_is_named_unless_another_provider_has_the_words() {
    let double = Double::start(|_| completion(&json!({"content": "{}"}))).await;
    let mut settings = settings(&double);
    settings.aliases.insert("smart".into(), vec!["claude-x".into(), "gpt-4o".into()]);
    let gateway = gateway(settings, OperatorKeysOnly);
    let asked = |model: &str| json!({"model": model, "response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "hello"}]});
    let raw =
        RawRequest::read(Dialect::OpenAi, Operation::Chat, asked("claude-x").to_string().into()).unwrap();
    let error = gateway.pass(&caller(), raw, CacheWish::default()).await.unwrap_err();
    assert!(error.to_string().contains("response_format") && error.kind() == Kind::Invalid, "{error}");
    assert!(ask(&gateway, Dialect::OpenAi, &asked("smart")).await.contains("\"content\":\"{}\""));
}

#[tokio::test]
async fn the_simulation_speaks_both_dialects_streamed_and_whole() {
    let double = Double::start(|_| Vec::new()).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    for dialect in [Dialect::OpenAi, Dialect::Anthropic] {
        for stream in [false, true] {
            let asked = json!({"model": "echo", "max_tokens": 9, "stream": stream, "messages": [{"role": "user", "content": "hello"}]});
            let said = ask(&gateway, dialect, &asked).await;
            assert!(said.contains("[simulated] hello"), "{said}");
        }
    }
    assert!(double.seen().is_empty());
}
