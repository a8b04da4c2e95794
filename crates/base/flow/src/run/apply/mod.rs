mod agent;
mod answered;
mod delegation;
mod list;

use std::sync::Arc;

use kit::Timestamp;
use serde_json::{Map, Value as Json};

use super::frame::Frame;
use super::stage::{AgentLoop, Stage, Step};
use super::{Event, Reply, Seq, State, TokenId};
use crate::Payload;
use crate::organism::{OnError, Organism, Work};

/// Takes an event into the state. Evaluates nothing: what was decided stands in the event.
pub fn apply(organism: &Organism, state: &mut State, event: &Event, at: Timestamp) {
    let seq = state.next_seq;
    state.next_seq = Seq(seq.0 + 1);
    state.pass_time(event, at);
    state.tokens_used += event.usage().map_or(0, |usage| usage.input_tokens + usage.output_tokens);
    Arc::make_mut(&mut state.ledger).record(seq, event);
    match event {
        Event::Started { payload, facts, budget, test, to, .. } => {
            state.trigger = trigger(payload, facts);
            state.budget = *budget;
            state.test.clone_from(test);
            let depth = budget.map_or(0, |budget| budget.depth);
            state.open(organism, seq, Frame { depth, ..Frame::default() }, to);
        }
        Event::Passed { token, to, status, .. } => passed(organism, state, seq, (*token, *status), to),
        Event::Held { token, .. } => state.change(*token, |token| token.stage = Stage::Held(seq)),
        Event::Merged { frame, arrivals, absorbed, to, .. } => {
            for gone in arrivals.iter().chain(absorbed) {
                state.remove(*gone);
            }
            // Or merges that lead to one another would go round for ever.
            state.count_step(*frame);
            state.arrive(organism, *frame, seq, to);
        }
        Event::Scheduled { token, reserved, .. } => {
            scheduled(organism, state, *token, Step::new(seq, at, *reserved));
        }
        Event::Finished { step, to, .. } => finished(organism, state, seq, *step, to),
        Event::Retrying { step, at_ms, .. } => state.change_step(*step, |step| {
            step.attempt += 1;
            step.due = Timestamp::from_millis(*at_ms);
        }),
        Event::Interrupted { step, .. } => state.change_step(*step, |step| {
            step.interruptions += 1;
            step.due = at;
        }),
        Event::Failed { token, to, step, spent, .. } => {
            if let Some(spent) = spent {
                delegation::charge(state, *token, *spent);
            }
            failed(organism, state, seq, (*token, step.is_none()), to);
        }
        Event::Waiting { token, awaits, .. } => {
            state.change(*token, |token| token.stage = Stage::Waiting(seq, awaits.clone()));
        }
        Event::Listed { token, items, .. } => list::listed(organism, state, seq, (*token, at), items),
        Event::Opened { list, item, to } => list::opened(organism, state, seq, (*list, *item), to),
        Event::Gathered { list, to, .. } => finished(organism, state, seq, *list, to),
        Event::Delegated { token, .. } => delegation::delegated(organism, state, seq, (*token, at)),
        Event::Returned { step, spent, to, .. } => {
            if let Some((id, _)) = state.token_of(*step) {
                delegation::charge(state, id, *spent);
            }
            finished(organism, state, seq, *step, to);
        }
        Event::Turned { step, content, calls, .. } => agent::turned(state, *step, content.as_ref(), calls),
        Event::Corrected { step, content, objection, .. } => {
            agent::corrected(state, *step, content.as_ref(), objection);
        }
        Event::Called { step, call, to, .. } => agent::called(organism, state, seq, (*step, *call), to),
        Event::Rejected { step, call, message } => agent::answer(state, *step, *call, Err(message.clone())),
        Event::Warned { percent, .. } => state.warned_percent = *percent,
        Event::Answered { frame, error, .. } => answered::answered(state, seq, *frame, error.as_ref()),
        Event::Ended(end) => state.finish(end.clone()),
    }
}

fn trigger(payload: &Payload, facts: &Payload) -> Payload {
    let mut all = Map::from_iter([("payload".to_owned(), payload.json().clone())]);
    if let Json::Object(facts) = facts.json() {
        all.extend(facts.clone());
    }
    Payload::new(Json::Object(all))
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

fn scheduled(organism: &Organism, state: &mut State, id: TokenId, step: Step) {
    let Some(frame) = state.tokens.get(&id).map(|token| token.frame) else { return };
    state.change(id, |token| match &mut token.stage {
        Stage::Agent(agent) => agent.running = Some(step),
        stage if matches!(organism.listener(token.at).work, Work::Agent(_)) => {
            *stage = Stage::Agent(AgentLoop { running: Some(step), turns: Vec::new() });
        }
        stage => *stage = Stage::Scheduled(step),
    });
    state.count_step(frame);
}

/// What a step, a list or a called flow answers is handed on.
fn finished(organism: &Organism, state: &mut State, seq: Seq, named: Seq, to: &[Arc<str>]) {
    let Some(id) = state.token_of(named).map(|(id, _)| id) else { return };
    agent::remember(organism, state, seq, id);
    if let Some(taken) = state.remove(id) {
        state.arrive(organism, taken.frame, seq, to);
    }
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

impl State {
    /// Moves the execution's clock on: it stood still while nothing was active, and while its node was dead.
    fn pass_time(&mut self, event: &Event, at: Timestamp) {
        let elapsed_ms = u64::try_from(at.since_ms(self.touched_at)).unwrap_or(0);
        if self.index.active > 0 && !matches!(event, Event::Interrupted { .. }) {
            self.active_ms += elapsed_ms;
        }
        self.touched_at = self.touched_at.max(at);
    }

    fn change_step(&mut self, seq: Seq, change: impl FnOnce(&mut Step)) {
        let Some(id) = self.open_step(seq).map(|(id, _)| id) else { return };
        self.change(id, |token| {
            if let Some(step) = token.step_mut() {
                change(step);
            }
        });
    }

    fn finish(&mut self, end: super::End) {
        self.tokens.clear();
        self.frames.clear();
        self.memories.clear();
        self.index = super::state::Index::default();
        self.agenda = super::agenda::Agenda::default();
        self.end = Some(end);
    }
}

impl Step {
    fn new(seq: Seq, at: Timestamp, reserved: u64) -> Self {
        Self { seq, attempt: 1, interruptions: 0, due: at, scheduled_at: at, reserved }
    }
}
