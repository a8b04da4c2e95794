//! Anthropic's Messages.
//!
//! Source: Anthropic's API reference, "Messages", version 2023-06-01.

mod answer;
mod frame;
mod output;
mod question;

use kit::Secret;

pub(super) use answer::answer;
pub(super) use frame::{read, tally};
pub(crate) use question::DEFAULT_MAX_TOKENS;
pub(super) use question::question;

pub(super) fn headers(key: Option<&Secret>) -> Vec<(String, String)> {
    let version = ("anthropic-version".to_owned(), "2023-06-01".to_owned());
    let key = key.map(|key| ("x-api-key".to_owned(), key.expose().trim().to_owned()));
    [version].into_iter().chain(key).collect()
}
