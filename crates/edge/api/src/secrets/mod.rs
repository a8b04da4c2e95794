//! Secrets, the user's own and those of one flow: each operation stands twice, with `Place` as the difference.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod put;
