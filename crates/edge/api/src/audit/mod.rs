//! Who has changed what.

pub(crate) mod list;
pub(crate) mod record;
