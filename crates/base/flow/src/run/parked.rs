use kit::Timestamp;

use super::stage::Stage;
use super::{Awaited, State};

/// What an execution waits for while nothing in it runs: it needs no memory and no slot until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parked {
    /// What it waits for first.
    pub waits_for: WaitsFor,
    /// When that is due; `None` when somebody else decides it and there is no deadline.
    pub until: Option<Timestamp>,
}

/// What kind of thing is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// A moment.
    Delay,
    /// Another attempt of a step.
    Retry,
    /// A person's word.
    Approval,
    /// The end of another flow.
    Flow,
}

impl WaitsFor {
    /// As the API says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Retry => "retry",
            Self::Approval => "approval",
            Self::Flow => "flow",
        }
    }
}

impl State {
    /// What it waits for, when nothing in it can be done before `now` and nothing runs.
    ///
    /// What is due first is named; of things without a deadline, the oldest.
    pub fn parked(&self, now: Timestamp) -> Option<Parked> {
        if self.end.is_some() || !self.index.ready.is_empty() || self.tokens.is_empty() {
            return None;
        }
        if self.index.due.first().is_some_and(|(due, _)| *due <= now) {
            return None;
        }
        let waits = self.tokens.values().filter_map(|token| waits_for(&token.stage));
        waits.min_by_key(|parked| (parked.until.is_none(), parked.until))
    }
}

fn waits_for(stage: &Stage) -> Option<Parked> {
    let waits_for = match stage {
        Stage::Scheduled(_) => WaitsFor::Retry,
        Stage::Agent(agent) if agent.running.is_some() => WaitsFor::Retry,
        Stage::Waiting(_, Awaited::Time { .. }) => WaitsFor::Delay,
        Stage::Waiting(_, Awaited::Person { .. }) => WaitsFor::Approval,
        // Its deadline is not what it waits for.
        Stage::Delegated(_) => return Some(Parked { waits_for: WaitsFor::Flow, until: None }),
        Stage::Ready | Stage::Held(_) | Stage::Agent(_) | Stage::Each(_) => return None,
    };
    Some(Parked { waits_for, until: stage.due() })
}
