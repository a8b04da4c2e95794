//! What stories are told with.

mod binary;
mod command;
mod flows;
mod http;
mod model;
mod peer;
mod random;
mod server;
mod store;
mod time;
mod walk;
mod wire;

pub(crate) use command::{RunToEnd, bloxserver, bloxserver_in};
pub(crate) use flows::Api;
pub(crate) use http::{Answer, Connection, request};
pub(crate) use model::Model;
pub(crate) use peer::Peer;
pub(crate) use random::Dice;
pub(crate) use server::{Launch, Server};
pub(crate) use store::{Store, both_stores};
pub(crate) use time::{Stopwatch, until};
pub(crate) use walk::Walk;
pub(crate) use wire::{Wire, place};
