//! Executions on their way: born, driven turn by turn, parked, taken up again here or on another node.

mod asked;
mod beat;
mod birth;
mod called;
mod calls;
mod claims;
mod delivery;
mod drive;
mod gates;
mod hear;
mod node;
mod park;
mod reply;
mod resume;
mod run;
mod seat;
mod secrets;
mod send;
mod slots;
mod started;
mod traced;
mod turn;
mod turns;
mod voice;

pub use birth::Message;
pub(crate) use birth::{Cause, runs};
pub(crate) use called::{called_id, caller_of};
pub use delivery::DeliveryKey;
pub use reply::Finished;
pub use started::Started;
pub use voice::{Hearing, Spoken, Voice};

pub(crate) use gates::Gates;
pub(crate) use reply::Reply;
pub(crate) use seat::{About, Active, MOST_ACTIVE};
pub(crate) use send::letter;
pub(crate) use slots::Slots;
pub(crate) use turns::Turns;
pub(crate) use voice::Voices;
