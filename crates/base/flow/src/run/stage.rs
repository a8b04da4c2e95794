use kit::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Awaited, Call, Failure, Seq};
use crate::Payload;
use crate::organism::ListenerIndex;

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Token {
    pub(super) frame: Seq,
    pub(super) at: ListenerIndex,
    pub(super) stage: Stage,
    /// The frames it has opened and that are not answered.
    pub(super) opened: Vec<Seq>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Arrived.
    Ready,
    /// Waits at a merge since that event.
    Held(Seq),
    /// Its step is committed and runs, or waits for another attempt.
    Scheduled(Step),
    /// In an agent's loop.
    Agent(AgentLoop),
    /// At an `each`, its items on their way.
    Each(ListLoop),
    /// In a `delay` or an `approval`, since the event of that seq.
    Waiting(Seq, Awaited),
    /// In another flow.
    Delegated(Delegation),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) seq: Seq,
    /// The attempt that runs or comes next, counted from 1.
    pub(super) attempt: u32,
    /// Attempts lost with their node.
    pub(super) interruptions: u32,
    /// When it may begin.
    pub(super) due: Timestamp,
    /// When it was scheduled: what `now` means in its config.
    pub(super) scheduled_at: Timestamp,
    /// Model tokens set aside for it.
    pub(super) reserved: u64,
}

/// The turns of an agent so far, and the one that runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct AgentLoop {
    pub(super) running: Option<Step>,
    pub(super) turns: Vec<Turn>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Turn {
    pub(super) step: Seq,
    pub(super) content: Option<String>,
    pub(super) calls: Vec<OpenCall>,
    /// What was wrong with the answer.
    pub(super) objection: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OpenCall {
    pub(super) call: Call,
    pub(super) answer: Option<Result<Payload, String>>,
}

/// An `each` on its way through its list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ListLoop {
    /// The seq of its `Listed`.
    pub(super) list: Seq,
    /// The item that is opened next.
    pub(super) next: u32,
    /// Items whose frames are open.
    pub(super) open: u32,
    /// What came of each item.
    pub(super) results: Vec<Option<ItemResult>>,
    /// The item that failed first, and why.
    pub(super) failed: Option<(u32, Failure)>,
    /// When the whole of it has taken too long.
    pub(super) deadline: Timestamp,
}

/// The `Answered` of an item, and whether it was an error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct ItemResult {
    pub(super) answered: Seq,
    pub(super) is_error: bool,
}

/// A message whose work another flow does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Delegation {
    /// The seq of its `Delegated`.
    pub(super) step: Seq,
    pub(super) since: Timestamp,
    /// The caller's active time when it began, in milliseconds.
    pub(super) active_ms: u64,
    /// When it has taken too long.
    pub(super) deadline: Timestamp,
}

impl Token {
    pub(super) fn new(frame: Seq, at: ListenerIndex) -> Self {
        Self { frame, at, stage: Stage::Ready, opened: Vec::new() }
    }

    pub(super) fn step(&self) -> Option<&Step> {
        match &self.stage {
            Stage::Scheduled(step) => Some(step),
            Stage::Agent(agent) => agent.running.as_ref(),
            _ => None,
        }
    }

    pub(super) fn step_mut(&mut self) -> Option<&mut Step> {
        match &mut self.stage {
            Stage::Scheduled(step) => Some(step),
            Stage::Agent(agent) => agent.running.as_mut(),
            _ => None,
        }
    }
}

impl Stage {
    /// The seq that commands and events name it by.
    pub(super) fn name(&self) -> Option<Seq> {
        match self {
            Self::Ready | Self::Held(_) => None,
            Self::Scheduled(step) => Some(step.seq),
            Self::Agent(agent) => {
                agent.running.as_ref().map(|step| step.seq).or(agent.turns.last().map(|turn| turn.step))
            }
            Self::Each(list) => Some(list.list),
            Self::Waiting(since, _) => Some(*since),
            Self::Delegated(delegation) => Some(delegation.step),
        }
    }

    /// What it waits for, when that is a time or a person.
    pub(super) fn awaited(&self) -> Option<&Awaited> {
        match self {
            Self::Waiting(_, awaited) => Some(awaited),
            _ => None,
        }
    }

    /// When something happens to it by itself.
    pub(super) fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Ready | Self::Held(_) => None,
            Self::Scheduled(step) => Some(step.due),
            Self::Agent(agent) => agent.running.as_ref().map(|step| step.due),
            Self::Each(list) => Some(list.deadline),
            Self::Waiting(_, awaited) => awaited.until(),
            Self::Delegated(delegation) => Some(delegation.deadline),
        }
    }

    /// Whether the execution's clock runs on it: it does not while it only waits for something else to happen.
    pub(super) fn is_active(&self) -> bool {
        match self {
            Self::Ready | Self::Scheduled(_) => true,
            Self::Agent(agent) => agent.running.is_some(),
            Self::Held(_) | Self::Each(_) | Self::Waiting(..) | Self::Delegated(_) => false,
        }
    }
}

impl AgentLoop {
    /// Whether its latest turn is wholly answered and the next one has not begun.
    pub(super) fn is_answered(&self) -> bool {
        let is_answered = |turn: &Turn| turn.calls.iter().all(|call| call.answer.is_some());
        self.running.is_none() && self.turns.last().is_some_and(is_answered)
    }
}
