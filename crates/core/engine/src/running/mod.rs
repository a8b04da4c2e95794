//! Executions on their way: born, driven turn by turn, taken over after a crash.

mod birth;
mod calls;
mod delivery;
mod drive;
mod life;
mod reply;
mod run;
mod secrets;
mod started;
mod turn;

use flow::run::Command;
use kit::ids::FlowId;
use tokio::sync::mpsc;

pub use birth::Message;
pub(crate) use birth::{Cause, runs};
pub use delivery::DeliveryKey;
pub use reply::Finished;
pub use started::Started;

/// An execution that this node drives.
#[derive(Debug, Clone)]
pub(crate) struct Active {
    pub(crate) flow: FlowId,
    /// The way in for what comes from outside.
    pub(crate) commands: mpsc::UnboundedSender<Command>,
}
