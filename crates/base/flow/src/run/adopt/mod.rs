//! Running an execution again from one of its steps: what was recorded beside and before it is adopted, not done again.

mod fits;
mod origin;
mod renumber;
mod spared;
mod traces;

use std::fmt;
use std::sync::Arc;

use super::{Budget, Event, Seq, Spent};
use crate::Payload;
use crate::organism::Organism;

/// Events that one execution adopts at the most: they are written with its birth.
pub const MOST_ADOPTED: usize = 10_000;

/// Why an execution cannot be run again from a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unadoptable {
    /// There is no such event.
    NoStep {
        /// What was asked for.
        seq: Seq,
        /// The seq of the last event.
        last: Seq,
    },
    /// The event is not one of a message that a listener takes.
    NotAStep {
        /// What was asked for.
        seq: Seq,
        /// What it is.
        kind: &'static str,
    },
    /// The text to run does not carry on what was recorded.
    Changed {
        /// The listener that is gone or goes on differently.
        listener: Option<Arc<str>>,
        /// What does not fit.
        what: String,
    },
    /// More is recorded than one execution may adopt.
    TooLong,
}

/// The events that an execution begins with when it runs another one again from a step.
///
/// `recorded` are all events of that other one, `from` is the seq of any event of the step, `facts` stand in the new
/// `Started`. Kept is what was answered and owes nothing to the step: its ancestors, the answers of its siblings, the
/// turns and calls before it. What had no answer, or failed its frame, is asked again beside it. Nothing that is kept
/// counts as paid for again. The text may be another one, as long as it leads each kept answer where it was led.
pub fn adopt(
    organism: &Organism,
    recorded: &[Event],
    from: Seq,
    facts: Payload,
) -> Result<Vec<Event>, Unadoptable> {
    if recorded.len() > MOST_ADOPTED {
        return Err(Unadoptable::TooLong);
    }
    let traces = traces::Traces::of(recorded);
    let origins = origin::origins(recorded, &traces, from)?;
    let kept = spared::spared(organism, recorded, &traces, origins);
    let mut events = renumber::renumbered(recorded, &kept);
    fits::check(organism, &events)?;
    let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
    for event in &mut events {
        event.make_free();
    }
    if let Some(Event::Started { facts: own, adopted, .. }) = events.first_mut() {
        *own = facts;
        *adopted = Some(count);
    }
    Ok(events)
}

impl Event {
    /// Takes out what was paid and what a caller allowed: both belong to the execution that is run again.
    fn make_free(&mut self) {
        match self {
            Self::Started { budget, .. } => *budget = None::<Budget>,
            Self::Finished { usage, .. } | Self::Turned { usage, .. } | Self::Corrected { usage, .. } => {
                *usage = None;
            }
            Self::Scheduled { reserved, .. } => *reserved = 0,
            Self::Returned { spent, .. } => *spent = Spent::default(),
            Self::Failed { spent, .. } => *spent = None,
            _ => {}
        }
    }
}

impl fmt::Display for Unadoptable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStep { seq, last } => {
                write!(f, "there is no event {}; the last one is {}", seq.0, last.0)
            }
            Self::NotAStep { seq, kind } => write!(
                f,
                "event {} is `{kind}`, which no listener takes: name the seq of a message that a listener took",
                seq.0
            ),
            Self::Changed { listener: Some(listener), what } => write!(f, "`{listener}` {what}"),
            Self::Changed { listener: None, what } => f.write_str(what),
            Self::TooLong => write!(f, "it recorded more than {MOST_ADOPTED} events"),
        }
    }
}
