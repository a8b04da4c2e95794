//! One execution: commands, events, state, and the pure functions between them.
//!
//! [`decide`] turns a command into events, [`apply`] turns an event into state, [`ready`] says what can be done next.
//! None of them has a clock, a database or a dice: `now` and `jitter` come with the command. Replaying the events
//! from the first one gives the state that [`decide`] left.

mod adopt;
mod agenda;
mod agent;
mod apply;
mod awaited;
mod budget;
mod command;
mod config;
mod decide;
mod event;
mod failure;
mod frame;
mod ledger;
mod merge;
mod messages;
mod parked;
mod past;
mod ready;
mod route;
mod scope;
mod settle;
mod snapshot;
mod stage;
mod state;
mod test_run;
#[cfg(test)]
mod tests;
mod timeline;

pub use adopt::{MOST_ADOPTED, Unadoptable, adopt};
pub use agent::tools;
pub use apply::apply;
pub use awaited::{Awaited, Verdict};
pub use budget::{Budget, Spent, Usage};
pub use command::{Command, Surroundings};
pub use config::{Prepared, prepare};
pub use decide::decide;
pub use event::{Call, End, Event, Seq, Status, TokenId};
pub use failure::Failure;
pub use ledger::Ledger;
pub use parked::{Parked, WaitsFor};
pub use past::{Past, past};
pub use ready::{Ready, ready, wake_at};
pub use scope::scope;
pub use snapshot::SNAPSHOT_VERSION;
pub use state::{Asked, Reply, State};
pub use test_run::TestRun;
pub use timeline::{StepEvent, Timeline};
