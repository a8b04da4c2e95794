//! A call as a trace tells it, in the words of OpenTelemetry's conventions for generative models. No text of anybody's.

use kit::trace::{Side, Span, Trace};

use crate::records::Record;

/// Names of models are a caller's text until a provider knows them.
const MAX_NAME_CHARS: usize = 100;

/// A call, caused by the task that asks.
pub(super) fn begin(record: &Record) -> Span {
    let model: String = record.asked_model.chars().take(MAX_NAME_CHARS).collect();
    let span = Span::within(Side::Client, || format!("{} {model}", record.operation), &Trace::current());
    if span.is_seen() {
        span.set("gen_ai.operation.name", record.operation);
        span.set("gen_ai.request.model", model);
    }
    span
}

/// What the call came to.
pub(super) fn end(span: &Span, record: &Record) {
    if !span.is_seen() {
        return;
    }
    span.set("gen_ai.provider.name", provider(&record.provider).to_owned());
    span.set("gen_ai.response.model", record.model.clone());
    span.set("gen_ai.usage.input_tokens", count(record.usage.input_tokens));
    span.set("gen_ai.usage.output_tokens", count(record.usage.output_tokens));
    span.set("bloxserver.llm.attempts", i64::from(record.attempts));
    span.set("bloxserver.llm.cache", record.cache.as_str());
    if let Some(first_token_ms) = record.first_token_ms {
        span.set("bloxserver.llm.first_token_ms", first_token_ms);
    }
    if record.outcome != "ok" {
        span.fail(record.outcome);
    }
}

/// The conventions' name of a provider, where they have one of their own.
fn provider(name: &str) -> &str {
    if name == "xai" { "x_ai" } else { name }
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}
