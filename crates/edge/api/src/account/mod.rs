//! The user's own account.

pub(crate) mod clerk;
pub(crate) mod me;
pub(crate) mod usage;
