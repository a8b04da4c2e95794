mod answer;
mod budget;
mod delegate;
mod each;
mod finish;
mod guard;
mod pass;
mod schedule;
mod start;
mod turn;
mod wait;

use std::sync::Arc;

use kit::Timestamp;
use serde_json::Value as Json;

use super::settle::settle;
use super::stage::Token;
use super::{Command, End, Event, Failure, Seq, Spent, State, Status, Surroundings, TokenId, apply, route};
use crate::organism::{ListenerIndex, Organism};

/// Turns a command into events and takes them into the state.
///
/// The state afterwards is what replaying the events gives. A command that comes too late (its message is gone,
/// its step is over, the execution has ended) decides nothing.
pub fn decide(
    organism: &Organism,
    state: &mut State,
    command: Command,
    surroundings: &Surroundings,
) -> Vec<Event> {
    let mut decision = Decision { organism, state, surroundings, events: Vec::new() };
    if decision.state.end.is_none() {
        decision.take(command);
        settle(&mut decision);
    }
    decision.events
}

/// A decision on its way: each event is applied as it is made.
pub(super) struct Decision<'a> {
    pub(super) organism: &'a Organism,
    pub(super) state: &'a mut State,
    pub(super) surroundings: &'a Surroundings,
    events: Vec<Event>,
}

impl Decision<'_> {
    fn take(&mut self, command: Command) {
        match command {
            Command::Start { payload, facts, budget, test } => self.start((payload, facts), budget, test),
            Command::Adopt(events) => events.into_iter().for_each(|event| self.emit(event)),
            Command::Pass(token) => self.pass(token),
            Command::Answer { token, outcome } => self.answer(token, outcome),
            Command::Schedule(token) => self.schedule(token),
            Command::Finish { step, outcome } => self.finish(step, outcome),
            Command::Interrupt(step) => self.interrupt(step),
            Command::Wake(token) => self.wake(token),
            Command::Resolve { wait, verdict, by, comment } => self.resolve(wait, (verdict, by, comment)),
            Command::Return { step, outcome, spent } => self.take_back(step, outcome, spent),
            Command::Stop { error } => self.emit(Event::ended(error)),
            Command::Expire => self.expire(),
        }
    }

    pub(super) fn emit(&mut self, event: Event) {
        apply(self.organism, self.state, &event, self.now());
        self.events.push(event);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.surroundings.now
    }

    /// The message, when it is still there.
    fn token(&self, id: TokenId) -> Option<&Token> {
        self.state.tokens.get(&id)
    }

    fn names(&self, listeners: &[ListenerIndex]) -> Vec<Arc<str>> {
        route::names(self.organism, listeners)
    }

    /// Who receives what a message's listener hands on.
    fn onward(&self, id: TokenId, listeners: &[ListenerIndex]) -> Vec<Arc<str>> {
        let ends = self.token(id).is_some_and(|token| self.state.leads_nowhere(token.frame));
        if ends { Vec::new() } else { self.names(listeners) }
    }

    /// The step failed for good: `on_error` decides whether its frame does.
    fn fail(&mut self, id: TokenId, step: Option<Seq>, attempt: u32, error: Failure) {
        self.fail_with(id, (step, attempt), error, None);
    }

    fn fail_with(
        &mut self,
        id: TokenId,
        (step, attempt): (Option<Seq>, u32),
        error: Failure,
        spent: Option<Spent>,
    ) {
        let Some(token) = self.token(id) else { return };
        let (at, frame) = (token.at, token.frame);
        let listener = Arc::clone(&self.organism.listener(at).name);
        let route = route::on_error(self.organism, at).filter(|_| !self.state.leads_nowhere(frame));
        let fails = route.is_none();
        let (to, name) = (route.unwrap_or_default(), Arc::clone(&listener));
        self.emit(Event::Failed { token: id, listener, step, attempt, error: error.clone(), spent, to });
        if fails {
            self.fail_frame(frame, error, &name);
        }
    }

    fn fail_frame(&mut self, frame: Seq, mut error: Failure, listener: &str) {
        let is_root = self.state.frames.get(&frame).is_none_or(|frame| frame.caller.is_none());
        if is_root {
            error.message = format!("{listener}: {}", error.message);
            self.emit(Event::ended(error));
        } else {
            self.emit(Event::Answered { frame, answer: Vec::new(), error: Some(error) });
        }
    }

    fn expire(&mut self) {
        let error = Failure::permanent(
            "timeout",
            format!(
                "the execution was active for its whole {} ms: raise organism.timeout or find what is slow",
                self.state.most_active_ms(self.organism)
            ),
        );
        self.emit(Event::Ended(End { status: Status::Timeout, answer: Vec::new(), error: Some(error) }));
    }

    /// What is wrong with a message for that listener.
    fn objection(&self, id: TokenId, at: ListenerIndex) -> Option<Failure> {
        let schema = self.organism.listener(at).input.as_ref()?;
        let objection = schema.objection(self.state.ledger.input(id).json())?;
        Some(Failure::permanent("input_schema", format!("the input does not fit: {objection}")))
    }

    /// What is wrong with a listener's answer.
    fn output_objection(&self, at: ListenerIndex, output: &Json) -> Option<Failure> {
        let schema = self.organism.listener(at).output.as_ref()?;
        let objection = schema.objection(output)?;
        Some(Failure::permanent("output_schema", format!("the output does not fit: {objection}")))
    }
}
