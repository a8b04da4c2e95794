//! From one dialect to another: requests, answers, streams. Responses go by way of chat completions.
//!
//! What has no counterpart and would change the answer is refused by its name; what only tunes is left out.

mod answer_to_anthropic;
mod answer_to_openai;
mod finish;
mod image;
mod request_to_anthropic;
mod request_to_openai;
mod responses;
mod stream_to_anthropic;
mod stream_to_openai;

use serde_json::Value;

pub(crate) use responses::{Form, ToResponses};
pub(crate) use stream_to_anthropic::ToAnthropic;
pub(crate) use stream_to_openai::ToOpenAi;

use crate::{Dialect, Wire};

/// A field that the other dialect has no words for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Untranslatable(pub(crate) String);

/// In which words an answer is to be, and what they need to know besides.
#[derive(Debug)]
pub(crate) enum To {
    OpenAi { created_s: i64 },
    Responses(Form),
    Anthropic,
}

/// The body of a request in the words of a wire that does not speak them.
pub(crate) fn request(
    body: &Value,
    from: Dialect,
    (to, model): (Wire, &str),
) -> Result<Value, Untranslatable> {
    match (from, to.dialect()) {
        (Dialect::Responses, Dialect::Anthropic) => {
            let chat = responses::request(body, (to, model))?;
            request_to_anthropic::translate(&chat, model)
        }
        (Dialect::Responses, _) => responses::request(body, (to, model)),
        (_, Dialect::Anthropic) => request_to_anthropic::translate(body, model),
        _ => request_to_openai::translate(body, model, to.caps_completions()),
    }
}

/// The body of a whole answer in other words.
pub(crate) fn answer(body: &Value, from: Dialect, to: &To) -> Value {
    match (to, from) {
        (To::OpenAi { created_s }, _) => answer_to_openai::translate(body, *created_s),
        (To::Anthropic, _) => answer_to_anthropic::translate(body),
        (To::Responses(form), Dialect::Anthropic) => form.answer(&answer_to_openai::translate(body, 0)),
        (To::Responses(form), _) => form.answer(body),
    }
}

/// A text field, empty when it is none.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
