use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::{Event, Failure, Seq, TokenId};
use crate::Payload;

/// The payloads of an execution by the event that holds them, with where each came from.
///
/// Built from events alone: neither the flow's text nor a database is needed to read what happened.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: Vec<Option<Entry>>,
}

#[derive(Debug, Clone)]
struct Entry {
    listener: Option<Arc<str>>,
    // What it was made of; tool frames begin anew.
    parents: Vec<Seq>,
    payload: Payload,
}

impl Ledger {
    /// The payload that event holds; null when it holds none.
    pub fn payload(&self, seq: Seq) -> Payload {
        self.entry(seq).map(|entry| entry.payload.clone()).unwrap_or_default()
    }

    /// The payload a message carries.
    pub fn input(&self, token: TokenId) -> Payload {
        self.payload(token.from)
    }

    /// What several events answer together: none is null, one is itself, several are a list.
    pub fn answer(&self, seqs: &[Seq]) -> Payload {
        match seqs {
            [] => Payload::default(),
            [one] => self.payload(*one),
            many => Payload::new(many.iter().map(|seq| self.payload(*seq).json().clone()).collect()),
        }
    }

    /// Whether the chain of payloads from `from` backwards is ended by `visit`; latest events first.
    pub(crate) fn ancestors(&self, from: Seq, mut visit: impl FnMut(&Arc<str>, &Payload) -> bool) {
        let mut from = from;
        // Along a chain there is one way back and nothing to sort.
        while let Some(entry) = self.entry(from) {
            if entry.listener.as_ref().is_some_and(|listener| visit(listener, &entry.payload)) {
                return;
            }
            match entry.parents.as_slice() {
                [] => return,
                [one] => from = *one,
                several => return self.tree(several, visit),
            }
        }
    }

    fn tree(&self, roots: &[Seq], mut visit: impl FnMut(&Arc<str>, &Payload) -> bool) {
        let mut open: std::collections::BinaryHeap<Seq> = roots.iter().copied().collect();
        let mut last = None;
        while let Some(seq) = open.pop() {
            if last.replace(seq) == Some(seq) {
                continue;
            }
            let Some(entry) = self.entry(seq) else { continue };
            if entry.listener.as_ref().is_some_and(|listener| visit(listener, &entry.payload)) {
                return;
            }
            open.extend(&entry.parents);
        }
    }

    /// Takes the payload of an event in; most hold none.
    pub fn record(&mut self, seq: Seq, event: &Event) {
        let entry = match event {
            Event::Started { payload, .. } => Entry::root(payload.clone()),
            Event::Called { arguments, .. } => Entry::root(arguments.clone()),
            Event::Passed { token, listener, output, .. } => {
                let payload = output.clone().unwrap_or_else(|| self.input(*token));
                Entry::new(listener, vec![token.from], payload)
            }
            Event::Scheduled { token, listener, .. } => {
                // Holds no payload: it is where `Finished` finds the listener and the input.
                Entry::new(listener, vec![token.from], Payload::default())
            }
            Event::Finished { step, output, .. } | Event::Returned { step, output, .. } => {
                let Some((listener, parents)) = self.named(*step) else { return };
                Entry::new(&listener, parents, output.clone())
            }
            Event::Failed { token, listener, error, .. } => {
                Entry::new(listener, vec![token.from], failed(error, &self.input(*token)))
            }
            Event::Listed { token, listener, items } => Entry::new(listener, vec![token.from], items.clone()),
            // An item sees what its list saw.
            Event::Opened { list, item, .. } => {
                let parents = self.named(*list).map(|(_, parents)| parents).unwrap_or_default();
                Entry { parents, ..Entry::root(self.item(*list, *item)) }
            }
            Event::Gathered { list, results, .. } => {
                let Some((listener, parents)) = self.named(*list) else { return };
                Entry::new(&listener, parents, self.list(results))
            }
            Event::Delegated { token, listener, input, .. } => {
                Entry::new(listener, vec![token.from], input.clone())
            }
            Event::Answered { frame, answer, error } => Entry::root(match error {
                Some(error) => failed(error, &self.payload(*frame)),
                None => self.answer(answer),
            }),
            Event::Merged { listener, arrivals, first, .. } => {
                let parents: Vec<Seq> = arrivals.iter().map(|token| token.from).collect();
                let payload = if *first { self.payload(parents[0]) } else { self.list(&parents) };
                Entry::new(listener, parents, payload)
            }
            _ => return,
        };
        self.put(seq, entry);
    }

    /// What of it those events can reach, by their ancestors.
    pub(super) fn reachable(&self, mut open: Vec<Seq>) -> Self {
        let mut reached = Self::default();
        while let Some(seq) = open.pop() {
            let (None, Some(entry)) = (reached.entry(seq), self.entry(seq)) else { continue };
            open.extend(&entry.parents);
            reached.put(seq, entry.clone());
        }
        reached
    }

    fn put(&mut self, seq: Seq, entry: Entry) {
        let at = seq.0 as usize;
        if self.entries.len() <= at {
            self.entries.resize_with(at + 1, || None);
        }
        self.entries[at] = Some(entry);
    }

    /// The listener of a `Scheduled`, a `Listed` or a `Delegated`, and the event its input came from.
    fn named(&self, step: Seq) -> Option<(Arc<str>, Vec<Seq>)> {
        let entry = self.entry(step)?;
        Some((entry.listener.clone()?, entry.parents.clone()))
    }

    fn item(&self, list: Seq, item: u32) -> Payload {
        let items = self.payload(list);
        Payload::new(items.json().get(item as usize).cloned().unwrap_or_default())
    }

    fn list(&self, seqs: &[Seq]) -> Payload {
        Payload::new(Json::Array(seqs.iter().map(|seq| self.payload(*seq).json().clone()).collect()))
    }

    fn entry(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(seq.0 as usize)?.as_ref()
    }
}

/// A ledger in a snapshot: payloads that several events hand on are written once.
#[derive(Serialize, Deserialize)]
struct Written {
    payloads: Vec<Payload>,
    entries: Vec<WrittenEntry>,
}

/// An event, its listener, what it was made of, and the place of its payload.
type WrittenEntry = (Seq, Option<Arc<str>>, Vec<Seq>, usize);

impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut places, mut payloads, mut entries) = (HashMap::new(), Vec::new(), Vec::new());
        for (seq, entry) in (0..).map(Seq).zip(&self.entries) {
            let Some(Entry { listener, parents, payload }) = entry else { continue };
            let place = *places.entry(payload.identity()).or_insert_with(|| {
                payloads.push(payload.clone());
                payloads.len() - 1
            });
            entries.push((seq, listener.clone(), parents.clone(), place));
        }
        Written { payloads, entries }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ledger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { payloads, entries } = Written::deserialize(deserializer)?;
        let mut ledger = Self::default();
        for (seq, listener, parents, place) in entries {
            let payload = payloads.get(place).cloned().unwrap_or_default();
            ledger.put(seq, Entry { listener, parents, payload });
        }
        Ok(ledger)
    }
}

/// What stands for a payload that was not to be had.
fn failed(error: &Failure, input: &Payload) -> Payload {
    let error = json!({ "code": error.code, "message": error.message });
    Payload::new(json!({ "error": error, "input": input.json() }))
}

impl Entry {
    fn root(payload: Payload) -> Self {
        Self { listener: None, parents: Vec::new(), payload }
    }

    fn new(listener: &Arc<str>, parents: Vec<Seq>, payload: Payload) -> Self {
        Self { listener: Some(Arc::clone(listener)), parents, payload }
    }
}
