//! Webhooks: found by the hash of their token, fired with whatever came.

mod body;
mod delivery;
pub(crate) mod fire;
mod guard;
mod headers;
mod rate;
mod signature;
mod stream;
pub(crate) mod test;

pub(crate) use rate::Rates;
pub use rate::SharedRates;
