//! The simulation, in a client's words: it asks nobody, and takes no part in limits, cache and records.

use futures::stream::{self, StreamExt};
use kit::Timestamp;
use net::Bytes;
use serde_json::{Value, json};

use super::{Reply, ReplyBody};
use crate::cache::CacheOutcome;
use crate::raw::input_tokens;
use crate::translate::{self, Form, To, ToAnthropic, ToResponses};
use crate::{ChatAnswer, ChatRequest, Dialect, Error, Finish, Operation, RawRequest, Wire, echo, wire};

/// What its answers are called.
const SIMULATED: &str = "simulated";

/// What the simulation says to a client's request.
pub(super) fn reply(request: &RawRequest, now: Timestamp) -> Result<Reply, Error> {
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|error| Error::field("body", error.to_string()))?;
    let body = match request.operation {
        Operation::Embeddings => {
            return Err(Error::field("model", "is the simulation, which makes no embeddings: name another"));
        }
        Operation::CountTokens => {
            let count = json!({ "input_tokens": input_tokens(&request.body) });
            ReplyBody::Whole(count.to_string().into())
        }
        Operation::Chat => chat(request, &body, now)?,
    };
    let (provider, model) = ("echo".to_owned(), request.model().to_owned());
    Ok(Reply { provider, model, cache: CacheOutcome::Off, allowance: None, body })
}

fn chat(request: &RawRequest, body: &Value, now: Timestamp) -> Result<ReplyBody, Error> {
    let question = match request.dialect {
        Dialect::OpenAi => wire::openai_question(body),
        from => {
            let refused = |field: translate::Untranslatable| Error::field(field.0, "is not simulated");
            let translated =
                translate::request(body, from, (Wire::OpenAi, request.model())).map_err(refused)?;
            wire::openai_question(&translated)
        }
    };
    let question: ChatRequest = question.map_err(|(field, problem)| Error::field(field, problem))?;
    let answer = echo::answer(request.model(), &question);
    let completion = completion(&answer, now);
    if request.is_streamed() {
        let events = Bytes::from(events(request, body, &completion));
        return Ok(ReplyBody::Events(stream::once(std::future::ready(events)).boxed()));
    }
    let whole = match request.dialect {
        Dialect::OpenAi => completion,
        Dialect::Anthropic => translate::answer(&completion, Dialect::OpenAi, &To::Anthropic),
        Dialect::Responses => {
            translate::answer(&completion, Dialect::OpenAi, &To::Responses(form(body, &completion)))
        }
    };
    Ok(ReplyBody::Whole(whole.to_string().into()))
}

fn completion(answer: &ChatAnswer, now: Timestamp) -> Value {
    let mut message = json!({ "role": "assistant", "content": answer.text, "refusal": null });
    if !answer.calls.is_empty() {
        let call = |(index, call): (usize, &crate::ToolCall)| {
            let function = json!({ "name": call.name, "arguments": call.arguments.to_string() });
            json!({ "index": index, "id": call.id, "type": "function", "function": function })
        };
        message["tool_calls"] = answer.calls.iter().enumerate().map(call).collect();
    }
    let finish_reason = if answer.finish == Finish::ToolCalls { "tool_calls" } else { "stop" };
    json!({
        "id": format!("chatcmpl-{SIMULATED}"),
        "object": "chat.completion",
        "created": now.as_millis() / 1_000,
        "model": answer.model,
        "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason }],
        "usage": {
            "prompt_tokens": answer.usage.input_tokens,
            "completion_tokens": answer.usage.output_tokens,
            "total_tokens": answer.usage.total(),
        },
    })
}

fn form(body: &Value, completion: &Value) -> Form {
    Form::new(SIMULATED, completion["created"].as_i64().unwrap_or(0), body)
}

/// The same as a stream: its words, its end, and the usage if that was asked for.
fn events(request: &RawRequest, body: &Value, completion: &Value) -> Vec<u8> {
    let message = &completion["choices"][0]["message"];
    let mut head = completion.clone();
    head["object"] = "chat.completion.chunk".into();
    if let Some(fields) = head.as_object_mut() {
        fields.remove("usage");
    }
    let chunk = |delta: Value, finish_reason: &Value| {
        let mut chunk = head.clone();
        chunk["choices"] =
            json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason }]);
        chunk
    };
    let mut usage = head.clone();
    usage["choices"] = json!([]);
    usage["usage"] = completion["usage"].clone();
    let said = chunk(message.clone(), &Value::Null);
    let end = chunk(json!({}), &completion["choices"][0]["finish_reason"]);
    let mut out = Vec::new();
    match request.dialect {
        Dialect::Anthropic => {
            let mut translator = ToAnthropic::default();
            [said, end, usage].iter().for_each(|chunk| translator.translate(chunk, &mut out));
            translator.end(&mut out);
        }
        Dialect::Responses => {
            let mut translator = ToResponses::new(form(body, completion), false);
            [said, end, usage].iter().for_each(|chunk| translator.translate(chunk, &mut out));
            translator.end(&mut out);
        }
        Dialect::OpenAi => {
            let wishes_usage = !request.adds_usage();
            let chunks = [Some(said), Some(end), wishes_usage.then_some(usage)];
            for chunk in chunks.into_iter().flatten() {
                out.extend_from_slice(format!("data: {chunk}\n\n").as_bytes());
            }
            out.extend_from_slice(b"data: [DONE]\n\n");
        }
    }
    out
}
