use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kit::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::agenda::Agenda;
use super::frame::Frame;
use super::snapshot::pairs;
use super::stage::{Step, Token, Turn};
use super::{Awaited, Budget, End, Event, Failure, Ledger, Seq, Spent, TestRun, TokenId};
use crate::Payload;
use crate::organism::{ListenerIndex, Organism};

/// Steps of all frames of one execution: the platform's own guard, whatever a flow allows itself.
pub(super) const MAX_STEPS: u32 = 200_000;

/// Where an execution stands: everything that follows from its events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// The seq of the next event.
    pub next_seq: Seq,
    /// Tokens of models used so far, called flows included.
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
    #[serde(with = "pairs")]
    pub(super) tokens: BTreeMap<TokenId, Token>,
    #[serde(with = "pairs")]
    pub(super) frames: BTreeMap<Seq, Frame>,
    /// What its caller left it; `None` when a trigger started it.
    pub(super) budget: Option<Budget>,
    /// What is different because it only tries something out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) test: Option<Arc<TestRun>>,
    /// Steps of all frames.
    pub(super) steps: u32,
    /// The highest share of the budget of tokens that was warned of, in percent.
    pub(super) warned_percent: u8,
    /// Active time up to `touched_at`, in milliseconds.
    pub(super) active_ms: u64,
    /// When the last event happened.
    pub(super) touched_at: Timestamp,
    /// What agents with a memory said before, by frame and listener.
    #[serde(with = "pairs")]
    pub(super) memories: BTreeMap<(Seq, ListenerIndex), Vec<Episode>>,
    /// Follows from the messages.
    #[serde(skip)]
    pub(super) index: Index,
    /// Empty between two decisions.
    #[serde(skip)]
    pub(super) agenda: Agenda,
}

/// Ways to the messages that need no search; kept by [`State::index`] and [`State::unindex`] alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Index {
    /// Steps, turns, lists, waits and called flows, by the seq that names them.
    pub(super) named: BTreeMap<Seq, TokenId>,
    /// Messages that have arrived and nothing was decided about.
    pub(super) ready: BTreeSet<TokenId>,
    /// What falls due by itself.
    pub(super) due: BTreeSet<(Timestamp, TokenId)>,
    /// Called flows that have not answered.
    pub(super) delegated: BTreeSet<Seq>,
    /// Waits for a person.
    pub(super) asked: BTreeSet<Seq>,
    /// Messages on which the execution's clock runs.
    pub(super) active: usize,
    /// Model tokens set aside for turns that run.
    pub(super) reserved: u64,
}

/// What the root frame's first `output` said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The payload.
    pub payload: Payload,
    /// The HTTP status it sets.
    pub status: Option<u16>,
}

/// A person's word that is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The seq of its `Waiting`.
    pub wait: Seq,
    /// The message that waits.
    pub token: TokenId,
    /// Which listener asks.
    pub listener: &'a str,
    /// What is asked.
    pub awaited: Option<&'a Awaited>,
}

/// One finished conversation of an agent that remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Episode {
    pub(super) input: Payload,
    pub(super) turns: Vec<Turn>,
    pub(super) answer: Payload,
}

impl State {
    /// What it was started with: the payload, and the trigger's facts beside it.
    pub fn trigger(&self) -> &Payload {
        &self.trigger
    }

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
            budget: None,
            test: None,
            steps: 0,
            warned_percent: 0,
            active_ms: 0,
            touched_at: started_at,
            memories: BTreeMap::new(),
            index: Index::default(),
            agenda: Agenda::default(),
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
        let tokens = self.index.named.values().filter_map(|id| self.tokens.get(id));
        tokens.filter_map(|token| token.step().map(|step| step.seq)).collect()
    }

    /// Called flows that have not answered, by the seq of their `Delegated`.
    ///
    /// One that is gone from here without a `Returned` or a `Failed` of its own is wanted no longer: cancel it.
    pub fn delegated(&self) -> &BTreeSet<Seq> {
        &self.index.delegated
    }

    /// Whether a person is asked something.
    pub fn asks(&self) -> bool {
        !self.index.asked.is_empty()
    }

    /// What persons are asked, the oldest first.
    pub fn asked<'a>(&'a self, organism: &'a Organism) -> impl Iterator<Item = Asked<'a>> {
        let tokens = self.index.asked.iter().filter_map(|wait| Some((*wait, self.token_of(*wait)?)));
        tokens.map(|(wait, (id, token))| Asked {
            wait,
            token: id,
            listener: &organism.listener(token.at).name,
            awaited: token.stage.awaited(),
        })
    }

    /// What it has used up, for whoever called it.
    pub fn spent(&self) -> Spent {
        Spent { tokens: self.tokens_used, active_ms: self.active_ms, steps: self.steps }
    }

    /// The message that a step, a turn, a list, a wait or a called flow belongs to.
    pub(super) fn token_of(&self, named: Seq) -> Option<(TokenId, &Token)> {
        let id = self.index.named.get(&named)?;
        self.tokens.get(id).map(|token| (*id, token))
    }

    /// The open step of that seq.
    pub(super) fn open_step(&self, seq: Seq) -> Option<(TokenId, &Step)> {
        let (id, token) = self.token_of(seq)?;
        token.step().filter(|step| step.seq == seq).map(|step| (id, step))
    }

    /// Model tokens that it may use in all.
    pub(super) fn most_tokens(&self, organism: &Organism) -> u64 {
        self.budget.map_or(organism.max_tokens, |budget| budget.tokens.min(organism.max_tokens))
    }

    /// Active time that it may take in all, in milliseconds.
    pub(super) fn most_active_ms(&self, organism: &Organism) -> u64 {
        self.budget.map_or(organism.timeout_ms, |budget| budget.active_ms.min(organism.timeout_ms))
    }

    /// Steps that all its frames may take together.
    pub(super) fn most_steps(&self) -> u32 {
        self.budget.map_or(MAX_STEPS, |budget| budget.steps.min(MAX_STEPS))
    }
}

impl Event {
    /// An end that is a failure.
    pub(super) fn ended(error: Failure) -> Self {
        Self::Ended(End { status: super::Status::Error, answer: Vec::new(), error: Some(error) })
    }
}
