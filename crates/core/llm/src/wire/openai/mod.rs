//! OpenAI's chat completions, and everyone's who followed.
//!
//! Source: OpenAI's API reference, "Create chat completion".

mod answer;
mod frame;
mod question;
mod request;

use kit::Secret;

pub(super) use answer::answer;
pub(super) use frame::{read, tally};
pub(super) use question::{LimitName, question};
pub(crate) use request::request;

pub(super) fn headers(key: Option<&Secret>) -> Vec<(String, String)> {
    key.map(|key| ("authorization".to_owned(), format!("Bearer {}", key.expose().trim())))
        .into_iter()
        .collect()
}
