use std::collections::BTreeMap;
use std::sync::Arc;

use kit::Timestamp;
use serde_json::json;

use super::{Call, End, Event, Failure, Ledger, Seq, TokenId};
use crate::Payload;
use crate::organism::ListenerIndex;

/// Where an execution stands: everything that follows from its events.
#[derive(Debug, Clone)]
pub struct State {
    /// The seq of the next event.
    pub next_seq: Seq,
    /// Tokens of models used so far.
    pub tokens_used: u64,
    /// How it ended, once it has.
    pub end: Option<End>,
    /// The first `output` that the root frame reached: what a waiting webhook answers.
    pub reply: Option<Reply>,
    /// When it started.
    pub started_at: Timestamp,
    pub(super) execution: Payload,
    pub(super) trigger: Payload,
    pub(super) ledger: Arc<Ledger>,
    pub(super) tokens: BTreeMap<TokenId, Token>,
    pub(super) frames: BTreeMap<Seq, Frame>,
}

/// What the root frame's first `output` said.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The payload.
    pub payload: Payload,
    /// The HTTP status it sets.
    pub status: Option<u16>,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) frame: Seq,
    pub(super) at: ListenerIndex,
    pub(super) stage: Stage,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
    /// Arrived.
    Ready,
    /// Waits at a merge since that event.
    Held(Seq),
    /// Its step is committed and runs, or waits for another attempt.
    Scheduled(Step),
    /// In an agent's loop.
    Agent(AgentLoop),
}

#[derive(Debug, Clone, PartialEq)]
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
}

/// The turns of an agent so far, and the one that runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct AgentLoop {
    pub(super) running: Option<Step>,
    pub(super) turns: Vec<Turn>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn {
    pub(super) step: Seq,
    pub(super) content: Option<String>,
    pub(super) calls: Vec<OpenCall>,
    /// What was wrong with the answer.
    pub(super) objection: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct OpenCall {
    pub(super) call: Call,
    pub(super) answer: Option<Result<Payload, String>>,
}

/// One call: the root frame, or a tool's.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Frame {
    /// The agent's message that waits for it, the turn and the place of the call; `None` for the root.
    pub(super) caller: Option<(TokenId, Seq, u16)>,
    pub(super) depth: u32,
    pub(super) steps: u32,
    pub(super) outputs: Vec<Seq>,
    pub(super) dead_ends: Vec<Seq>,
}

impl State {
    /// Before the first event. `execution` is its id as expressions see it.
    pub fn new(execution: &str, started_at: Timestamp) -> Self {
        Self {
            next_seq: Seq(0),
            tokens_used: 0,
            end: None,
            reply: None,
            started_at,
            execution: Payload::new(json!({ "id": execution, "startedAt": started_at.to_string() })),
            trigger: Payload::default(),
            ledger: Arc::default(),
            tokens: BTreeMap::new(),
            frames: BTreeMap::new(),
        }
    }

    /// The payload of an event.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What it answers, once it has ended.
    pub fn output(&self) -> Option<Payload> {
        let end = self.end.as_ref()?;
        (!end.answer.is_empty()).then(|| self.ledger.answer(&end.answer))
    }

    /// Steps whose `Scheduled` is recorded and whose end is not.
    pub fn open_steps(&self) -> Vec<Seq> {
        self.tokens.values().filter_map(|token| token.step().map(|step| step.seq)).collect()
    }

    pub(super) fn token_of(&self, step: Seq) -> Option<(TokenId, &Token)> {
        let mut tokens = self.tokens.iter();
        tokens
            .find(|(_, token)| token.step().is_some_and(|open| open.seq == step))
            .map(|(id, token)| (*id, token))
    }

    pub(super) fn tokens_in(&self, frame: Seq) -> impl Iterator<Item = (TokenId, &Token)> {
        self.tokens.iter().filter(move |(_, token)| token.frame == frame).map(|(id, token)| (*id, token))
    }

    /// Whether `frame` is `ancestor` or was opened from within it.
    pub(super) fn is_within(&self, frame: Seq, ancestor: Seq) -> bool {
        let mut at = Some(frame);
        while let Some(here) = at {
            if here == ancestor {
                return true;
            }
            let caller = self.frames.get(&here).and_then(|frame| frame.caller);
            at = caller.and_then(|(token, _, _)| self.tokens.get(&token)).map(|token| token.frame);
        }
        false
    }
}

impl Token {
    pub(super) fn step(&self) -> Option<&Step> {
        match &self.stage {
            Stage::Scheduled(step) => Some(step),
            Stage::Agent(agent) => agent.running.as_ref(),
            Stage::Ready | Stage::Held(_) => None,
        }
    }

    pub(super) fn step_mut(&mut self) -> Option<&mut Step> {
        match &mut self.stage {
            Stage::Scheduled(step) => Some(step),
            Stage::Agent(agent) => agent.running.as_mut(),
            Stage::Ready | Stage::Held(_) => None,
        }
    }
}

impl Event {
    /// An end that is a failure.
    pub(super) fn ended(error: Failure) -> Self {
        Self::Ended(End { status: super::Status::Error, answer: Vec::new(), error: Some(error) })
    }
}
