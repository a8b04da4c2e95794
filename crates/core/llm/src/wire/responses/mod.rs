//! OpenAI's responses, without memory: each carries all of its conversation.
//!
//! Source: OpenAI's API reference, "Responses" and "Streaming events", and the types of its clients.

mod frame;

pub(super) use frame::{read, tally};
