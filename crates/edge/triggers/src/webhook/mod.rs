//! Webhooks: found by the hash of their token, fired with whatever came.

mod body;
mod fire;
mod headers;
mod test;

pub(crate) use fire::fire;
pub(crate) use test::test;
