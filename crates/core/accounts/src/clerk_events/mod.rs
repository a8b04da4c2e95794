//! Deliveries of Clerk's: what happened to a person at the identity provider.

mod event;
mod receive;
mod signature;

pub use receive::Received;
