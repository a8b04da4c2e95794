//! Finds circles: the same message along one way, the same call with the same answer in one conversation.
//!
//! Two listeners that hand on the same thing side by side are no circle: a message counts with those that led to it
//! alone. What a wait (`delay`, `approval`) lies before does not count either: such a circle has its pace.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use flow::Payload;
use flow::run::{Event, Seq, TokenId};

/// Events that are remembered of an execution: the last ones. A longer circle is not seen.
const MOST_EVENTS: usize = 4_096;
/// Different calls that are counted.
const MOST_CALLS: usize = 4_096;

/// What an execution has sent and asked so far.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// The seq of the first event that is remembered.
    first: u32,
    events: VecDeque<Trace>,
    /// Messages that wait, and the seq of their wait.
    waits: HashMap<TokenId, u32>,
    /// The calls of the latest turn: what each asks, and of whom.
    asked: Vec<(String, u64)>,
    calls: HashMap<u64, u32>,
}

/// Something that happened again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repetition {
    pub(super) times: u32,
    pub(super) what: String,
}

/// What is remembered of an event.
#[derive(Debug, Default)]
struct Trace {
    /// The event that led to it.
    parent: Option<u32>,
    /// The message it took.
    took: Option<TokenId>,
    /// Who sent, what, to whom.
    listener: Arc<str>,
    payload: u64,
    to: Vec<Arc<str>>,
    is_wait: bool,
}

impl Patterns {
    /// Takes the next event in; answers how often what it did has happened.
    pub(super) fn read(&mut self, seq: u32, event: &Event) -> Option<Repetition> {
        let trace = self.trace(seq, event);
        let again = self.message_again(&trace);
        self.events.push_back(trace);
        if self.events.len() > MOST_EVENTS {
            self.events.pop_front();
            self.first += 1;
        }
        again.or_else(|| self.call_again(seq, event))
    }

    fn trace(&mut self, seq: u32, event: &Event) -> Trace {
        match event {
            Event::Started { payload, to, .. } => Trace::sends(None, "trigger".into(), print(payload), to),
            Event::Passed { token, listener, output, to, .. } => {
                let payload = output.as_ref().map_or_else(|| self.payload(token.from), print);
                let trace = Trace::sends(None, Arc::clone(listener), payload, to).taking(*token);
                Trace { parent: self.waits.remove(token).or(trace.parent), ..trace }
            }
            Event::Merged { listener, arrivals, to, .. } => {
                let payload = self.payloads(arrivals.iter().map(|token| token.from));
                let trace = Trace::sends(None, Arc::clone(listener), payload, to);
                match arrivals.last() {
                    Some(last) => trace.taking(*last),
                    None => trace,
                }
            }
            Event::Scheduled { token, listener, .. } => {
                Trace::sends(None, Arc::clone(listener), 0, &[]).taking(*token)
            }
            Event::Finished { step, output, to, .. } | Event::Returned { step, output, to, .. } => {
                Trace::sends(Some(*step), self.listener(*step), print(output), to)
            }
            Event::Failed { token, listener, step, error, to, .. } => {
                let payload = hash(&(self.payload(token.from), &error.code, &error.message));
                let trace = Trace::sends(*step, Arc::clone(listener), payload, to);
                if step.is_some() { trace } else { trace.taking(*token) }
            }
            Event::Turned { step, calls, .. } => {
                self.asked =
                    calls.iter().map(|call| (call.name.clone(), print_json(&call.arguments))).collect();
                Trace::sends(Some(*step), self.listener(*step), 0, &[])
            }
            Event::Corrected { step, content, .. } => {
                Trace::sends(Some(*step), self.listener(*step), hash(content), &[])
            }
            Event::Called { step, arguments, to, .. } => {
                Trace::sends(Some(*step), self.listener(*step), print(arguments), to)
            }
            Event::Waiting { token, listener, .. } => {
                self.waits.insert(*token, seq);
                Trace { is_wait: true, ..Trace::sends(Some(token.from), Arc::clone(listener), 0, &[]) }
            }
            Event::Listed { token, listener, items } => {
                Trace::sends(None, Arc::clone(listener), print(items), &[]).taking(*token)
            }
            Event::Opened { list, item, to } => {
                let payload = hash(&(self.payload(*list), item));
                Trace::sends(Some(*list), self.listener(*list), payload, to)
            }
            Event::Gathered { list, results, to } => {
                let payload = self.payloads(results.iter().copied());
                Trace::sends(Some(*list), self.listener(*list), payload, to)
            }
            Event::Delegated { token, listener, input, .. } => {
                Trace::sends(None, Arc::clone(listener), print(input), &[]).taking(*token)
            }
            Event::Answered { frame, answer, .. } => {
                let payload = self.payloads(answer.iter().copied());
                Trace::sends(Some(*frame), self.listener(*frame), payload, &[])
            }
            Event::Held { .. }
            | Event::Retrying { .. }
            | Event::Interrupted { .. }
            | Event::Rejected { .. }
            | Event::Warned { .. }
            | Event::Ended(_) => Trace::default(),
        }
    }

    /// How often the message that an event took has passed on the way that led to it.
    fn message_again(&self, trace: &Trace) -> Option<Repetition> {
        let (from, to, payload) = self.message(trace.took?)?;
        let (mut times, mut next) = (1, trace.parent);
        while let Some(before) = next.and_then(|seq| self.event(seq)) {
            if before.is_wait {
                break;
            }
            let same = before.took.and_then(|token| self.message(token)) == Some((from, to, payload));
            times += u32::from(same);
            next = before.parent;
        }
        let what = || format!("`{from}` has sent the same message to `{to}` {times} times");
        (times > 1).then(|| Repetition { times, what: what() })
    }

    /// How often a conversation has made the same call and got the same answer.
    fn call_again(&mut self, seq: u32, event: &Event) -> Option<Repetition> {
        let (step, peer, key) = match event {
            Event::Answered { frame, error, .. } => {
                let call = self.event(frame.0)?;
                // An item of a list is no call.
                let step =
                    call.parent.filter(|step| self.event(*step).is_some_and(|it| it.took.is_some()))?;
                let peer = call.to.first().map(|peer| peer.to_string()).unwrap_or_default();
                let answer = self.payload(Seq(seq));
                let error = error.as_ref().map(|error| (&error.code, &error.message));
                let key = hash(&(&peer, call.payload, answer, error));
                (step, peer, key)
            }
            Event::Rejected { step, call, message } => {
                let (peer, arguments) = self.asked.get(usize::from(*call))?.clone();
                let key = hash(&(&peer, arguments, message));
                (step.0, peer, key)
            }
            Event::Corrected { step, objection, .. } => {
                let key = hash(&("", self.payload(Seq(seq)), objection));
                (step.0, "its model".to_owned(), key)
            }
            _ => return None,
        };
        let asks = self.event(step)?;
        let (agent, key) = (Arc::clone(&asks.listener), hash(&(asks.took?, key)));
        if self.calls.len() >= MOST_CALLS && !self.calls.contains_key(&key) {
            return None;
        }
        let times = self.calls.entry(key).or_default();
        *times += 1;
        let (times, what) = (*times, "asked the same and got the same answer");
        let told = || format!("`{agent}` has {what} from {peer} {times} times");
        (times > 1).then(|| Repetition { times, what: told() })
    }

    fn event(&self, seq: u32) -> Option<&Trace> {
        self.events.get(usize::try_from(seq.checked_sub(self.first)?).ok()?)
    }

    fn message(&self, token: TokenId) -> Option<(&str, &str, u64)> {
        let sent = self.event(token.from.0)?;
        Some((&sent.listener, sent.to.get(usize::from(token.position))?, sent.payload))
    }

    fn payload(&self, seq: Seq) -> u64 {
        // What is forgotten is like nothing else.
        self.event(seq.0).map_or_else(|| hash(&seq.0), |trace| trace.payload)
    }

    fn payloads(&self, seqs: impl Iterator<Item = Seq>) -> u64 {
        hash(&seqs.map(|seq| self.payload(seq)).collect::<Vec<_>>())
    }

    fn listener(&self, seq: Seq) -> Arc<str> {
        self.event(seq.0).map(|trace| Arc::clone(&trace.listener)).unwrap_or_default()
    }
}

impl Trace {
    fn sends(parent: Option<Seq>, listener: Arc<str>, payload: u64, to: &[Arc<str>]) -> Self {
        let parent = parent.map(|seq| seq.0);
        Self { parent, took: None, listener, payload, to: to.to_vec(), is_wait: false }
    }

    fn taking(self, token: TokenId) -> Self {
        Self { parent: self.parent.or(Some(token.from.0)), took: Some(token), ..self }
    }
}

fn print(payload: &Payload) -> u64 {
    print_json(payload.json())
}

fn print_json(json: &serde_json::Value) -> u64 {
    hash(&json.to_string())
}

/// Small enough to keep, large enough that two different messages of one execution are not taken for one.
fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use flow::run::{Awaited, Call};
    use serde_json::{Value as Json, json};

    use super::*;

    fn names(to: &[&str]) -> Vec<Arc<str>> {
        to.iter().map(|name| Arc::from(*name)).collect()
    }

    fn token(from: u32) -> TokenId {
        TokenId { from: Seq(from), position: 0 }
    }

    fn started(payload: Json, to: &[&str]) -> Event {
        Event::Started {
            payload: payload.into(),
            facts: Payload::default(),
            budget: None,
            adopted: None,
            test: None,
            to: names(to),
        }
    }

    fn passed(token: TokenId, listener: &str, output: Option<Json>, to: &[&str]) -> Event {
        let (listener, output) = (listener.into(), output.map(Payload::new));
        Event::Passed { token, listener, output, case: None, status: None, to: names(to) }
    }

    /// The most times that something has happened.
    fn most(events: &[Event]) -> u32 {
        let mut patterns = Patterns::default();
        let read = (0_u32..).zip(events).filter_map(|(seq, event)| patterns.read(seq, event));
        read.map(|again| again.times).max().unwrap_or(1)
    }

    /// A trigger, then `a` and `b` in turn.
    fn circle(rounds: u32, output: impl Fn(u32) -> Option<Json>) -> Vec<Event> {
        let mut events = vec![started(json!({"n": 1}), &["a"])];
        for n in 0..rounds {
            let (listener, next) = if n % 2 == 0 { ("a", "b") } else { ("b", "a") };
            events.push(passed(token(n), listener, output(n), &[next]));
        }
        events
    }

    #[test]
    fn a_message_that_goes_in_circles_is_counted() {
        assert_eq!(most(&circle(2, |_| None)), 1);
        // The trigger's message is another one than `b`'s.
        assert_eq!(most(&circle(7, |_| None)), 3);
        let mut patterns = Patterns::default();
        let events = circle(7, |_| None);
        let told = (0_u32..).zip(&events).filter_map(|(seq, event)| patterns.read(seq, event)).last();
        assert_eq!(told.unwrap().what, "`b` has sent the same message to `a` 3 times");
    }

    #[test]
    fn a_message_that_changes_is_progress() {
        assert_eq!(most(&circle(20, |n| Some(json!({ "n": n })))), 1);
    }

    #[test]
    fn the_same_message_side_by_side_is_no_circle() {
        let mut events = vec![started(json!(1), &["a", "b", "c", "d", "e"])];
        for (position, name) in (0..).zip(["a", "b", "c", "d", "e"]) {
            events.push(passed(TokenId { from: Seq(0), position }, name, None, &["log"]));
        }
        for from in 1..6 {
            events.push(passed(token(from), "log", None, &["end"]));
        }
        for from in 6..11 {
            events.push(passed(token(from), "end", None, &[]));
        }
        assert_eq!(most(&events), 1);
    }

    #[test]
    fn a_circle_with_a_wait_in_it_has_its_pace() {
        let mut events = vec![started(json!(1), &["wait"])];
        for _ in 0..10 {
            let from = u32::try_from(events.len()).unwrap() - 1;
            let awaits = Awaited::Time { until_ms: 7 };
            events.push(Event::Waiting { token: token(from), listener: "wait".into(), awaits });
            events.push(passed(token(from), "wait", None, &["look"]));
            events.push(passed(token(from + 2), "look", None, &["wait"]));
        }
        assert_eq!(most(&events), 1);
    }

    /// An agent that asks `tool` the same in every turn.
    fn conversation(turns: u32, answer: impl Fn(u32) -> Json) -> Vec<Event> {
        let mut events = vec![started(json!("go"), &["agent"])];
        for n in 0..turns {
            let at = u32::try_from(events.len()).unwrap();
            let call = Call { id: format!("c{n}"), name: "tool".to_owned(), arguments: json!({"q": 1}) };
            events.extend([
                Event::Scheduled { token: token(0), listener: "agent".into(), reserved: 0 },
                Event::Turned { step: Seq(at), attempt: 1, content: None, calls: vec![call], usage: None },
                Event::Called {
                    step: Seq(at),
                    call: 0,
                    arguments: json!({"q": 1}).into(),
                    to: names(&["tool"]),
                },
                passed(token(at + 2), "tool", Some(answer(n)), &[]),
                Event::Answered { frame: Seq(at + 2), answer: vec![Seq(at + 3)], error: None },
            ]);
        }
        events
    }

    #[test]
    fn a_call_with_the_same_answer_is_counted_and_one_with_another_is_not() {
        assert_eq!(most(&conversation(4, |_| json!("nothing"))), 4);
        assert_eq!(most(&conversation(4, |n| json!(n))), 1);
    }

    #[test]
    fn what_is_remembered_does_not_grow() {
        let mut patterns = Patterns::default();
        for (seq, event) in (0_u32..).zip(&circle(20_000, |n| Some(json!(n)))) {
            patterns.read(seq, event);
        }
        assert_eq!(patterns.events.len(), MOST_EVENTS);
    }
}
