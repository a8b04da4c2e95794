//! Waiting one's turn: a provider has so many places; when all are taken, the tiers share what becomes free.

mod shed;
mod turnstile;

pub(crate) use shed::Pressure;
pub use shed::QueueStatus;
pub(crate) use turnstile::{Seat, Turnstile};
