//! OpenAI's responses, by way of chat completions: what they have in common is said without memory.
//!
//! Source: OpenAI's API reference, "Responses", and its guide from one to the other.

mod answer;
mod conversation;
mod form;
mod item;
mod request;
mod stream;

pub(crate) use form::Form;
pub(super) use request::translate as request;
pub(crate) use stream::ToResponses;
