//! The user's own keys for model providers, under `/api-keys`.

pub(crate) mod add;
pub(crate) mod delete;
pub(crate) mod list;
