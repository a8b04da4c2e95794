//! From one dialect to the other, both ways: requests, answers, streams.
//!
//! What has no counterpart and would change the answer is refused by its name; what only tunes is left out.

mod answer_to_anthropic;
mod answer_to_openai;
mod finish;
mod image;
mod request_to_anthropic;
mod request_to_openai;
mod stream_to_anthropic;
mod stream_to_openai;

use serde_json::Value;

pub(crate) use stream_to_anthropic::ToAnthropic;
pub(crate) use stream_to_openai::ToOpenAi;

use crate::{Dialect, Wire};

/// A field that the other dialect has no words for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Untranslatable(pub(crate) String);

/// The request's body in the words of a wire of the other dialect.
pub(crate) fn request(body: &Value, to: Wire, model: &str) -> Result<Value, Untranslatable> {
    match to.dialect() {
        Dialect::Anthropic => request_to_anthropic::translate(body, model),
        Dialect::OpenAi => request_to_openai::translate(body, model, to.caps_completions()),
    }
}

/// A whole answer's body in the words of the other dialect.
pub(crate) fn answer(body: &Value, to: Dialect, created_s: i64) -> Value {
    match to {
        Dialect::OpenAi => answer_to_openai::translate(body, created_s),
        Dialect::Anthropic => answer_to_anthropic::translate(body),
    }
}

/// A text field, empty when it is none.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
