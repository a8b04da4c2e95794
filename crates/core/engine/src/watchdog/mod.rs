//! Watches executions by what they have written to the journal: warns, and ends what runs away.
//!
//! It reads, and ends by the same letter as a cancel. A flow cannot see it, ask it, or keep it from looking.

mod alarm;
mod deliver;
mod failing;
mod follow;
mod pattern;
mod raise;
mod round;
mod settings;
mod watch;

pub use alarm::Alarm;
pub use follow::AlertStream;
pub use settings::{Levels, Reaction, Watchdog};

use raise::Finding;
pub(crate) use round::Watching;
