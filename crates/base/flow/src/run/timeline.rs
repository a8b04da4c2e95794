use std::collections::HashMap;
use std::sync::Arc;

use kit::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{Awaited, Event, Failure, Ledger, Seq, Status, TestRun, TokenId, Usage};
use crate::Payload;

/// One event as people read it: which listener, what came in, what went out.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepEvent {
    /// Its place in the journal.
    #[schema(value_type = u32)]
    pub seq: Seq,
    /// When it happened.
    pub at: Timestamp,
    /// Whether the execution that is run again recorded it, and nothing was done for it here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reused: bool,
    /// Whether a pinned answer stood in for the listener's work.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// What happened: `started`, `passed`, `scheduled`, `finished`, …
    pub kind: &'static str,
    /// The listener it happened to.
    #[schema(required, value_type = Option<String>)]
    pub listener: Option<Arc<str>>,
    /// The step it belongs to: the seq of its `scheduled`.
    #[schema(required, value_type = Option<u32>)]
    pub step: Option<Seq>,
    /// The attempt, counted from 1.
    #[schema(required)]
    pub attempt: Option<u32>,
    /// The frame: 0 is the root, a tool call has its own.
    #[schema(required, value_type = Option<u32>)]
    pub frame: Option<Seq>,
    /// What the listener took.
    #[schema(required, value_type = Option<Value>)]
    pub input: Option<Payload>,
    /// What it handed on.
    #[schema(required, value_type = Option<Value>)]
    pub output: Option<Payload>,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<Failure>,
    /// From `scheduled` to here, in milliseconds.
    #[schema(required)]
    pub duration_ms: Option<i64>,
    /// What a model was paid.
    #[schema(required)]
    pub tokens: Option<Usage>,
    /// Who receives the result.
    #[schema(value_type = Vec<String>)]
    pub to: Vec<Arc<str>>,
    /// What else there is to say: the case of a branch, the calls of a model, the status of the end.
    #[schema(required, value_type = Option<Value>)]
    pub details: Option<Json>,
}

/// Reads events one after the other, from the first, and tells each as a [`StepEvent`].
#[derive(Debug, Default)]
pub struct Timeline {
    ledger: Ledger,
    next: u32,
    adopted: u32,
    test: Option<Arc<TestRun>>,
    frames: HashMap<TokenId, Seq>,
    steps: HashMap<Seq, (TokenId, Arc<str>, Timestamp)>,
    /// The step that a message is in.
    begun: HashMap<TokenId, Seq>,
}

impl Timeline {
    /// The next event, told.
    pub fn read(&mut self, event: &Event, at: Timestamp) -> StepEvent {
        let seq = Seq(self.next);
        self.next += 1;
        self.ledger.record(seq, event);
        let mut told = StepEvent::new(seq, at, event);
        told.reused = seq.0 < self.adopted;
        match event {
            Event::Started { payload, facts, adopted, test, to, .. } => {
                self.adopted = adopted.unwrap_or_default();
                self.test.clone_from(test);
                told.input = Some(payload.clone());
                told.details = Some(facts.json().clone());
                self.send(&mut told, Seq(0), to);
            }
            Event::Passed { token, listener, output, case, status, to } => {
                self.take(&mut told, *token, listener);
                // What waited for a time or a person goes on from there.
                if let Some(wait) = self.begun.get(token).copied() {
                    self.step(&mut told, wait, 1, at);
                }
                told.output = Some(self.ledger.payload(seq));
                told.pinned = self.is_pinned(listener, output.as_ref());
                let case = case.as_ref().map(|case| serde_json::json!({ "case": case }));
                told.details = case.or_else(|| status.map(|status| serde_json::json!({ "status": status })));
                self.send(&mut told, self.frame(*token), to);
            }
            Event::Held { token, listener } => self.take(&mut told, *token, listener),
            Event::Merged { listener, frame, to, .. } => {
                told.listener = Some(Arc::clone(listener));
                told.output = Some(self.ledger.payload(seq));
                self.send(&mut told, *frame, to);
            }
            Event::Scheduled { token, listener, .. } => self.begin(&mut told, *token, listener),
            Event::Waiting { token, listener, awaits } => {
                self.begin(&mut told, *token, listener);
                told.details = Some(waits(awaits));
            }
            Event::Listed { token, listener, items } => {
                self.begin(&mut told, *token, listener);
                let count = items.json().as_array().map_or(0, Vec::len);
                told.details = Some(serde_json::json!({ "items": count }));
            }
            Event::Opened { list, item, to } => {
                self.part(&mut told, *list, at);
                told.input = Some(self.ledger.payload(seq));
                told.details = Some(serde_json::json!({ "item": item }));
                self.send(&mut told, seq, to);
                told.frame = Some(seq);
            }
            Event::Gathered { list, to, .. } => {
                let token = self.step(&mut told, *list, 1, at);
                told.output = Some(self.ledger.payload(seq));
                self.send(&mut told, token.map_or(Seq(0), |token| self.frame(token)), to);
            }
            Event::Delegated { token, listener, flow, input, .. } => {
                self.begin(&mut told, *token, listener);
                told.input = Some(input.clone());
                told.details = Some(serde_json::json!({ "flow": flow }));
            }
            Event::Returned { step, output, to, .. } => {
                let token = self.step(&mut told, *step, 1, at);
                told.output = Some(output.clone());
                self.send(&mut told, token.map_or(Seq(0), |token| self.frame(token)), to);
            }
            Event::Warned { percent, used, most } => {
                told.details = Some(serde_json::json!({ "percent": percent, "used": used, "most": most }));
            }
            Event::Finished { step, attempt, to, output, .. } => {
                let token = self.step(&mut told, *step, *attempt, at);
                told.output = Some(output.clone());
                self.send(&mut told, token.map_or(Seq(0), |token| self.frame(token)), to);
            }
            Event::Retrying { step, attempt, error, at_ms } => {
                self.step(&mut told, *step, *attempt, at);
                told.error = Some(error.clone());
                told.details =
                    Some(serde_json::json!({ "retryAt": Timestamp::from_millis(*at_ms).to_string() }));
            }
            Event::Interrupted { step, attempt } => {
                self.step(&mut told, *step, *attempt, at);
            }
            Event::Failed { token, listener, step, attempt, error, to, .. } => {
                self.take(&mut told, *token, listener);
                if let Some(step) = step {
                    self.step(&mut told, *step, *attempt, at);
                }
                told.error = Some(error.clone());
                self.send(&mut told, self.frame(*token), to);
            }
            Event::Turned { step, attempt, content, calls, .. } => {
                self.step(&mut told, *step, *attempt, at);
                told.details = Some(serde_json::json!({ "content": content, "calls": calls }));
            }
            Event::Corrected { step, attempt, content, objection, .. } => {
                self.step(&mut told, *step, *attempt, at);
                told.details = Some(serde_json::json!({ "content": content, "objection": objection }));
            }
            Event::Called { step, call, arguments, to } => {
                self.part(&mut told, *step, at);
                told.input = Some(arguments.clone());
                told.details = Some(serde_json::json!({ "call": call }));
                self.send(&mut told, seq, to);
                told.frame = Some(seq);
            }
            Event::Rejected { step, call, message } => {
                self.part(&mut told, *step, at);
                told.error = Some(Failure::permanent("rejected", message.clone()));
                told.details = Some(serde_json::json!({ "call": call }));
            }
            Event::Answered { frame, answer, error } => {
                told.frame = Some(*frame);
                told.output = error.is_none().then(|| self.ledger.answer(answer));
                told.error.clone_from(error);
            }
            Event::Ended(end) => {
                told.output = (end.status == Status::Success).then(|| self.ledger.answer(&end.answer));
                told.error.clone_from(&end.error);
                told.details = Some(serde_json::json!({ "status": end.status }));
            }
        }
        told
    }

    /// The payloads read so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn is_pinned(&self, listener: &Arc<str>, output: Option<&Payload>) -> bool {
        let Some(test) = &self.test else { return false };
        test.alone.as_ref() != Some(listener) && output.is_some() && test.pins.get(listener) == output
    }

    fn take(&self, told: &mut StepEvent, token: TokenId, listener: &Arc<str>) {
        told.listener = Some(Arc::clone(listener));
        told.frame = Some(self.frame(token));
        told.input = Some(self.ledger.input(token));
    }

    fn begin(&mut self, told: &mut StepEvent, token: TokenId, listener: &Arc<str>) {
        self.take(told, token, listener);
        told.step = Some(told.seq);
        self.begun.insert(token, told.seq);
        self.steps.insert(told.seq, (token, Arc::clone(listener), told.at));
    }

    /// Something that happens within a step.
    fn part(&self, told: &mut StepEvent, step: Seq, at: Timestamp) {
        self.step(told, step, 1, at);
        told.attempt = None;
        told.duration_ms = None;
    }

    fn step(&self, told: &mut StepEvent, step: Seq, attempt: u32, at: Timestamp) -> Option<TokenId> {
        let (token, listener, scheduled_at) = self.steps.get(&step)?;
        self.take(told, *token, listener);
        told.step = Some(step);
        told.attempt = Some(attempt);
        told.duration_ms = Some(at.since_ms(*scheduled_at));
        Some(*token)
    }

    fn frame(&self, token: TokenId) -> Seq {
        self.frames.get(&token).copied().unwrap_or_default()
    }

    fn send(&mut self, told: &mut StepEvent, frame: Seq, to: &[Arc<str>]) {
        for position in 0..u16::try_from(to.len()).unwrap_or(u16::MAX) {
            self.frames.insert(TokenId { from: told.seq, position }, frame);
        }
        told.to = to.to_vec();
    }
}

impl StepEvent {
    fn new(seq: Seq, at: Timestamp, event: &Event) -> Self {
        Self {
            seq,
            at,
            reused: false,
            pinned: false,
            kind: event.kind(),
            listener: None,
            step: None,
            attempt: None,
            frame: None,
            input: None,
            output: None,
            error: None,
            duration_ms: None,
            tokens: event.usage().cloned(),
            to: Vec::new(),
            details: None,
        }
    }
}

fn waits(awaits: &Awaited) -> Json {
    let until = awaits.until().map(|until| until.to_string());
    match awaits {
        Awaited::Time { .. } => serde_json::json!({ "for": "delay", "until": until }),
        Awaited::Person { message, default, .. } => serde_json::json!({
            "for": "approval", "until": until, "message": message, "default": default,
        }),
    }
}

impl Event {
    /// The word that its JSON and the API know it by.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Passed { .. } => "passed",
            Self::Held { .. } => "held",
            Self::Merged { .. } => "merged",
            Self::Scheduled { .. } => "scheduled",
            Self::Finished { .. } => "finished",
            Self::Retrying { .. } => "retrying",
            Self::Interrupted { .. } => "interrupted",
            Self::Failed { .. } => "failed",
            Self::Turned { .. } => "turned",
            Self::Corrected { .. } => "corrected",
            Self::Called { .. } => "called",
            Self::Rejected { .. } => "rejected",
            Self::Waiting { .. } => "waiting",
            Self::Listed { .. } => "listed",
            Self::Opened { .. } => "opened",
            Self::Gathered { .. } => "gathered",
            Self::Delegated { .. } => "delegated",
            Self::Returned { .. } => "returned",
            Self::Warned { .. } => "warned",
            Self::Answered { .. } => "answered",
            Self::Ended(_) => "ended",
        }
    }
}
