//! Webhooks: found by the hash of their token, fired with whatever came.

mod body;
mod delivery;
mod fire;
mod guard;
mod headers;
mod rate;
mod signature;
mod test;

pub(crate) use fire::fire;
pub(crate) use rate::Rates;
pub(crate) use test::test;
