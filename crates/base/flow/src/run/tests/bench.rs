//! An execution without an engine: handlers answer when a test says so, time passes when it says so.

use std::sync::Arc;

use kit::Timestamp;
use serde_json::{Value as Json, json};

use crate::Payload;
use crate::catalogue::Catalogue;
use crate::expression::Secrets;
use crate::organism::testing::catalogue;
use crate::organism::{Organism, read};
use crate::run::{
    Budget, Command, Event, Failure, Prepared, Ready, Seq, State, Surroundings, TestRun, Usage, apply,
    decide, prepare, ready, scope,
};

pub(super) struct Bench {
    pub(super) organism: Organism,
    pub(super) catalogue: Catalogue,
    pub(super) state: State,
    pub(super) events: Vec<(Timestamp, Event)>,
    pub(super) now: Timestamp,
}

pub(super) struct NoSecrets;

impl Secrets for NoSecrets {
    fn open(&self, name: &str) -> Result<kit::Secret, String> {
        Err(format!("there is no secret `{name}`"))
    }
}

impl Bench {
    /// An execution of listeners written one a line, as flow maps without their braces and their description.
    pub(super) fn of(listeners: &[&str]) -> Self {
        Self::with("", listeners)
    }

    /// The same with further keys of the organism, as `max_messages: 3`.
    pub(super) fn with(keys: &str, listeners: &[&str]) -> Self {
        let comma = if keys.is_empty() { "" } else { ", " };
        let mut text = format!("organism: {{name: t{comma}{keys}}}\nlisteners:\n");
        for listener in listeners {
            text.push_str(&format!("  - {{description: d, {listener}}}\n"));
        }
        Self::read(&text)
    }

    pub(super) fn read(text: &str) -> Self {
        let catalogue = catalogue();
        let reading = read(text, &catalogue);
        let organism = reading.organism.unwrap_or_else(|| panic!("{:#?}\n{text}", reading.diagnostics));
        let now = Timestamp::from_millis(1_700_000_000_000);
        Self { organism, catalogue, state: State::new("e", now), events: Vec::new(), now }
    }

    pub(super) fn start(self, payload: Json) -> Self {
        self.start_within(payload, None)
    }

    pub(super) fn start_within(self, payload: Json, budget: Option<Budget>) -> Self {
        self.start_as(payload, budget, None)
    }

    /// A test run: of the one listener, or of all, with answers pinned.
    pub(super) fn try_out(self, payload: Json, alone: Option<&str>, pins: &[(&str, Json)]) -> Self {
        let pins = pins.iter().map(|(name, pin)| (Arc::from(*name), Payload::new(pin.clone()))).collect();
        self.start_as(payload, None, Some(Arc::new(TestRun { pins, alone: alone.map(Arc::from) })))
    }

    fn start_as(mut self, payload: Json, budget: Option<Budget>, test: Option<Arc<TestRun>>) -> Self {
        let (payload, facts) = (Payload::new(payload), Payload::new(json!({"method": "POST"})));
        self.decide(Command::Start { payload, facts, budget, test });
        self.turn();
        self
    }

    pub(super) fn decide(&mut self, command: Command) -> usize {
        let surroundings = self.surroundings();
        let events = decide(&self.organism, &mut self.state, command, &surroundings);
        let count = events.len();
        self.events.extend(events.into_iter().map(|event| (self.now, event)));
        count
    }

    pub(super) fn surroundings(&self) -> Surroundings {
        Surroundings { now: self.now, jitter: 0.5, vars: Payload::new(json!({})) }
    }

    /// Does what needs nothing from outside, as the engine's turn does.
    pub(super) fn turn(&mut self) {
        loop {
            let doable = ready(&self.organism, &self.state, self.now);
            let commands: Vec<Command> = doable.iter().filter_map(|item| self.command(*item)).collect();
            if commands.is_empty() {
                return;
            }
            for command in commands {
                self.decide(command);
            }
        }
    }

    fn command(&self, item: Ready) -> Option<Command> {
        Some(match item {
            Ready::Core(token) => Command::Pass(token),
            Ready::Outside(token) => Command::Schedule(token),
            Ready::Due(token) => Command::Wake(token),
            Ready::Turn(token) => {
                let surroundings = self.surroundings();
                let scope = scope(&self.state, token, &surroundings, None);
                let (_, config) = self.state.turn_config(&self.organism, token)?;
                let outcome = config.render(&scope).map(|config| config["payload"].clone());
                let outcome = outcome.map_err(|error| Failure::permanent("expression", error.to_string()));
                Command::Answer { token, outcome }
            }
            Ready::Run { .. } => return None,
        })
    }

    /// The steps that handlers would be running now, with their listeners, in order.
    pub(super) fn running(&self) -> Vec<(Seq, String)> {
        let all = ready(&self.organism, &self.state, self.now).into_iter();
        let steps = all.filter_map(|item| match item {
            Ready::Run { step, .. } => Some(step),
            _ => None,
        });
        let mut steps: Vec<Seq> = steps.collect();
        steps.sort_unstable();
        steps.into_iter().map(|step| (step, self.prepared(step).listener.to_string())).collect()
    }

    pub(super) fn names_running(&self) -> Vec<String> {
        self.running().into_iter().map(|(_, name)| name).collect()
    }

    pub(super) fn prepared(&self, step: Seq) -> Prepared {
        self.prepare(step).unwrap()
    }

    pub(super) fn prepare(&self, step: Seq) -> Result<Prepared, Failure> {
        let surroundings = self.surroundings();
        let surroundings = (&surroundings, Arc::new(NoSecrets) as Arc<dyn Secrets>);
        prepare(&self.organism, &self.catalogue, &self.state, step, surroundings).unwrap()
    }

    /// The oldest running step of that listener.
    pub(super) fn step(&self, listener: &str) -> Seq {
        let running = self.running();
        let found = running.iter().find(|(_, name)| name == listener);
        found.unwrap_or_else(|| panic!("{listener} does not run: {running:?}")).0
    }

    pub(super) fn finish(&mut self, listener: &str, output: Json) {
        let step = self.step(listener);
        self.outcome(step, Ok((output, None)));
    }

    pub(super) fn fail(&mut self, listener: &str, failure: Failure) {
        let step = self.step(listener);
        self.outcome(step, Err(failure));
    }

    pub(super) fn outcome(&mut self, step: Seq, outcome: Result<(Json, Option<Usage>), Failure>) {
        self.decide(Command::Finish { step, outcome });
        self.turn();
    }

    /// A model answers a turn with calls: a tool's name and its arguments each.
    pub(super) fn calls(&mut self, agent: &str, calls: &[(&str, Json)]) {
        let calls: Vec<Json> = (calls.iter().enumerate())
            .map(
                |(n, (name, arguments))| json!({"id": format!("c{n}"), "name": name, "arguments": arguments}),
            )
            .collect();
        self.finish(agent, json!({"content": null, "calls": calls}));
    }

    /// A model answers for good.
    pub(super) fn says(&mut self, agent: &str, text: &str) {
        self.finish(agent, json!({"content": text, "calls": []}));
    }

    pub(super) fn pass_ms(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        if self.state.is_expired(&self.organism, self.now) {
            self.decide(Command::Expire);
        }
        self.turn();
    }

    pub(super) fn kinds(&self) -> Vec<&'static str> {
        self.events.iter().map(|(_, event)| event.kind()).collect()
    }

    pub(super) fn count(&self, kind: &str) -> usize {
        self.kinds().iter().filter(|found| **found == kind).count()
    }

    /// The seq of the latest event of a kind.
    pub(super) fn latest(&self, kind: &str) -> Seq {
        let found = self.events.iter().rposition(|(_, event)| event.kind() == kind);
        Seq(u32::try_from(found.unwrap_or_else(|| panic!("no {kind} in {:?}", self.kinds()))).unwrap())
    }

    /// What the execution answers; it has to have ended well.
    pub(super) fn output(&self) -> Json {
        let end = self.state.end.as_ref().unwrap_or_else(|| panic!("it goes on: {:?}", self.kinds()));
        assert!(end.error.is_none(), "{end:?}");
        self.state.output().unwrap_or_default().json().clone()
    }

    /// The code and the message it ended with.
    pub(super) fn error(&self) -> (String, String) {
        let end = self.state.end.as_ref().unwrap_or_else(|| panic!("it goes on: {:?}", self.kinds()));
        let error = end.error.as_ref().unwrap_or_else(|| panic!("it ended well: {end:?}"));
        (error.code.clone(), error.message.clone())
    }

    /// The state that replaying the first events gives.
    pub(super) fn replayed(&self, count: usize) -> State {
        let mut state = State::new("e", self.state.started_at);
        for (at, event) in &self.events[..count] {
            apply(&self.organism, &mut state, event, *at);
        }
        state
    }

    /// The state that replaying the events after the first `count` gives.
    pub(super) fn replayed_from(&self, mut state: State, count: usize) -> State {
        for (at, event) in &self.events[count..] {
            apply(&self.organism, &mut state, event, *at);
        }
        state
    }
}

/// Everything a state says, but for what a replay has not settled and what nothing can ask for.
pub(super) fn fingerprint(state: &State) -> String {
    let mut state = state.without_the_forgotten();
    state.agenda = Default::default();
    format!("{state:?}")
}

pub(super) fn usage(tokens: u64) -> Option<Usage> {
    Some(Usage { model: "m".to_owned(), input_tokens: tokens, output_tokens: 0, simulated: false })
}
