use std::sync::Arc;

use kit::Timestamp;
use serde_json::{Map, Value as Json};

use super::state::{AgentLoop, Frame, OpenCall, Stage, State, Step, Token, Turn};
use super::{Event, Reply, Seq, TokenId};
use crate::Payload;
use crate::organism::{OnError, Organism, Work};

/// Takes an event into the state. Evaluates nothing: what was decided stands in the event.
pub fn apply(organism: &Organism, state: &mut State, event: &Event, at: Timestamp) {
    let seq = state.next_seq;
    state.next_seq = Seq(seq.0 + 1);
    state.tokens_used += event.usage().map_or(0, |usage| usage.input_tokens + usage.output_tokens);
    Arc::make_mut(&mut state.ledger).record(seq, event);
    match event {
        Event::Started { payload, facts, to } => {
            state.trigger = trigger(payload, facts);
            state.frames.insert(seq, Frame::default());
            send(organism, state, seq, seq, to);
        }
        Event::Passed { token, to, status, .. } => passed(organism, state, seq, (*token, *status), to),
        Event::Held { token, .. } => {
            if let Some(held) = state.tokens.get_mut(token) {
                held.stage = Stage::Held(seq);
            }
        }
        Event::Merged { frame, arrivals, absorbed, to, .. } => {
            for gone in arrivals.iter().chain(absorbed) {
                state.remove(*gone);
            }
            state.arrive(organism, *frame, seq, to);
        }
        Event::Scheduled { token, .. } => scheduled(state, seq, *token, at, organism),
        Event::Finished { step, to, .. } => {
            if let Some((id, token)) = state.token_of(*step) {
                let frame = token.frame;
                state.remove(id);
                state.arrive(organism, frame, seq, to);
            }
        }
        Event::Retrying { step, at_ms, .. } => {
            if let Some(step) = state.step_mut(*step) {
                step.attempt += 1;
                step.due = Timestamp::from_millis(*at_ms);
            }
        }
        Event::Interrupted { step, .. } => {
            if let Some(step) = state.step_mut(*step) {
                step.interruptions += 1;
                step.due = at;
            }
        }
        Event::Failed { token, to, step, .. } => failed(organism, state, seq, (*token, step.is_none()), to),
        Event::Turned { step, content, calls, .. } => {
            let calls = calls.iter().map(|call| OpenCall { call: call.clone(), answer: None }).collect();
            turned(state, *step, Turn { step: *step, content: content.clone(), calls, objection: None });
        }
        Event::Corrected { step, content, objection, .. } => {
            let objection = Some(objection.clone());
            turned(
                state,
                *step,
                Turn { step: *step, content: content.clone(), calls: Vec::new(), objection },
            );
        }
        Event::Called { step, call, to, .. } => called(organism, state, seq, (*step, *call), to),
        Event::Rejected { step, call, message } => {
            if let Some(id) = state.caller_of(*step) {
                state.answer(id, *step, *call, Err(message.clone()));
            }
        }
        Event::Answered { frame, answer, error } => {
            let answer = match error {
                Some(error) => Err(error.message.clone()),
                None => Ok(state.ledger.answer(answer)),
            };
            answered(state, *frame, answer);
        }
        Event::Ended(end) => {
            state.tokens.clear();
            state.frames.clear();
            state.end = Some(end.clone());
        }
    }
}

fn trigger(payload: &Payload, facts: &Payload) -> Payload {
    let mut all = Map::from_iter([("payload".to_owned(), payload.json().clone())]);
    if let Json::Object(facts) = facts.json() {
        all.extend(facts.clone());
    }
    Payload::new(Json::Object(all))
}

fn send(organism: &Organism, state: &mut State, frame: Seq, from: Seq, to: &[Arc<str>]) {
    for (position, name) in (0_u16..).zip(to) {
        if let Some(at) = organism.index(name) {
            state.tokens.insert(TokenId { from, position }, Token { frame, at, stage: Stage::Ready });
        }
    }
}

fn passed(
    organism: &Organism,
    state: &mut State,
    seq: Seq,
    (token, status): (TokenId, Option<u16>),
    to: &[Arc<str>],
) {
    let Some(taken) = state.remove(token) else { return };
    state.count_step(taken.frame);
    match &organism.listener(taken.at).work {
        Work::Output { .. } => {
            if let Some(frame) = state.frames.get_mut(&taken.frame) {
                frame.outputs.push(seq);
            }
            if taken.frame == Seq(0) && state.reply.is_none() {
                state.reply = Some(Reply { payload: state.ledger.payload(seq), status });
            }
        }
        // A branch that matches nothing ends its token silently.
        Work::Branch { .. } if to.is_empty() => {}
        _ => state.arrive(organism, taken.frame, seq, to),
    }
}

fn scheduled(state: &mut State, seq: Seq, id: TokenId, at: Timestamp, organism: &Organism) {
    let Some(token) = state.tokens.get_mut(&id) else { return };
    let step = Step { seq, attempt: 1, interruptions: 0, due: at, scheduled_at: at };
    match &mut token.stage {
        Stage::Agent(agent) => agent.running = Some(step),
        stage if matches!(organism.listener(token.at).work, Work::Agent(_)) => {
            *stage = Stage::Agent(AgentLoop { running: Some(step), turns: Vec::new() });
        }
        stage => *stage = Stage::Scheduled(step),
    }
    let frame = token.frame;
    state.count_step(frame);
}

fn failed(
    organism: &Organism,
    state: &mut State,
    seq: Seq,
    (token, is_uncounted): (TokenId, bool),
    to: &[Arc<str>],
) {
    let Some(taken) = state.remove(token) else { return };
    if is_uncounted {
        state.count_step(taken.frame);
    }
    // `continue` without a `next` is a dead end that answers `{error, input}`.
    if !to.is_empty() || organism.listener(taken.at).on_error == OnError::Continue {
        state.arrive(organism, taken.frame, seq, to);
    }
}

fn turned(state: &mut State, step: Seq, turn: Turn) {
    let Some(id) = state.token_of(step).map(|(id, _)| id) else { return };
    if let Some(Token { stage: Stage::Agent(agent), .. }) = state.tokens.get_mut(&id) {
        agent.running = None;
        agent.turns.push(turn);
    }
}

fn called(organism: &Organism, state: &mut State, seq: Seq, (step, call): (Seq, u16), to: &[Arc<str>]) {
    let Some(caller) = state.caller_of(step) else { return };
    let depth =
        state.tokens.get(&caller).and_then(|token| state.frames.get(&token.frame)).map_or(0, |f| f.depth);
    let frame = Frame { caller: Some((caller, step, call)), depth: depth + 1, ..Frame::default() };
    state.frames.insert(seq, frame);
    send(organism, state, seq, seq, to);
}

fn answered(state: &mut State, frame: Seq, answer: Result<Payload, String>) {
    let inside: Vec<TokenId> = (state.tokens.iter())
        .filter(|(_, token)| state.is_within(token.frame, frame))
        .map(|(id, _)| *id)
        .collect();
    let nested: Vec<Seq> =
        state.frames.keys().copied().filter(|other| state.is_within(*other, frame)).collect();
    let caller = state.frames.get(&frame).and_then(|frame| frame.caller);
    for id in inside {
        state.tokens.remove(&id);
    }
    for gone in nested {
        state.frames.remove(&gone);
    }
    if let Some((token, step, call)) = caller {
        state.answer(token, step, call, answer);
    }
}

impl State {
    fn remove(&mut self, id: TokenId) -> Option<Token> {
        let token = self.tokens.remove(&id)?;
        // Whatever it had called ends with it.
        let called: Vec<Seq> = (self.frames.iter())
            .filter(|(_, frame)| frame.caller.is_some_and(|(caller, _, _)| caller == id))
            .map(|(seq, _)| *seq)
            .collect();
        for frame in called {
            let inside: Vec<TokenId> = self.tokens_in(frame).map(|(id, _)| id).collect();
            self.frames.remove(&frame);
            for nested in inside {
                self.remove(nested);
            }
        }
        Some(token)
    }

    fn arrive(&mut self, organism: &Organism, frame: Seq, from: Seq, to: &[Arc<str>]) {
        if to.is_empty()
            && let Some(frame) = self.frames.get_mut(&frame)
        {
            frame.dead_ends.push(from);
        }
        send(organism, self, frame, from, to);
    }

    fn count_step(&mut self, frame: Seq) {
        if let Some(frame) = self.frames.get_mut(&frame) {
            frame.steps += 1;
        }
    }

    fn step_mut(&mut self, seq: Seq) -> Option<&mut Step> {
        let id = self.token_of(seq)?.0;
        self.tokens.get_mut(&id)?.step_mut()
    }

    /// The agent's message whose latest turn was that step.
    pub(super) fn caller_of(&self, step: Seq) -> Option<TokenId> {
        let mut tokens = self.tokens.iter();
        let is_its_turn = |token: &Token| match &token.stage {
            Stage::Agent(agent) => agent.turns.last().is_some_and(|turn| turn.step == step),
            _ => false,
        };
        tokens.find(|(_, token)| is_its_turn(token)).map(|(id, _)| *id)
    }

    fn answer(&mut self, id: TokenId, step: Seq, call: u16, answer: Result<Payload, String>) {
        let Some(Token { stage: Stage::Agent(agent), .. }) = self.tokens.get_mut(&id) else { return };
        let turn = agent.turns.iter_mut().find(|turn| turn.step == step);
        if let Some(open) = turn.and_then(|turn| turn.calls.get_mut(usize::from(call))) {
            open.answer = Some(answer);
        }
    }
}
