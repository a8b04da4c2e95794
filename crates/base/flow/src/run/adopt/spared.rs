use std::collections::{BTreeSet, HashSet};

use super::origin::failed;
use super::traces::{Traces, receivers};
use crate::organism::{OnError, Organism, Wait, Work};
use crate::run::{Event, Seq, TokenId};

/// The events that owe nothing to the steps that begin at `origins`, and were answered: what is kept, by seq.
pub(super) fn spared(
    organism: &Organism,
    recorded: &[Event],
    traces: &Traces,
    mut origins: BTreeSet<Seq>,
) -> BTreeSet<Seq> {
    loop {
        let undone = Undone::after(organism, recorded, traces, &origins);
        let more = undone.failures(organism, recorded, traces);
        if more.is_subset(&origins) {
            return undone.answered(recorded, traces);
        }
        origins.extend(more);
    }
}

/// What follows from the steps that are done again.
#[derive(Default)]
struct Undone {
    events: HashSet<Seq>,
    /// Messages that are done again, or wait for one that is; what happened to them from there on does not hold.
    tokens: HashSet<TokenId>,
    /// The frames they stand in.
    frames: HashSet<Seq>,
    /// Those that stand where the new execution begins.
    live: Vec<TokenId>,
}

impl Undone {
    fn after(organism: &Organism, recorded: &[Event], traces: &Traces, origins: &BTreeSet<Seq>) -> Self {
        let mut undone = Self::default();
        for (number, event) in (0_u32..).zip(recorded) {
            let seq = Seq(number);
            if undone.concerns(organism, event, traces) {
                undone.drop_event(seq, event, traces);
            } else if origins.contains(&seq) {
                undone.begin(seq, event, traces);
            }
        }
        undone
    }

    /// A step that is done again; a frame that is, is opened again with the same message.
    fn begin(&mut self, seq: Seq, event: &Event, traces: &Traces) {
        if matches!(event, Event::Started { .. } | Event::Called { .. } | Event::Opened { .. }) {
            self.send(seq, event, traces);
            self.live.extend(tokens_of(seq, event));
            self.frame(seq, traces);
            return;
        }
        self.live.extend(traces.token(event));
        if let Event::Merged { frame, .. } = event {
            self.frame(*frame, traces);
        }
        self.drop_event(seq, event, traces);
    }

    /// Whether an event would not have happened, or not so, without what is done again.
    fn concerns(&self, organism: &Organism, event: &Event, traces: &Traces) -> bool {
        match event {
            Event::Ended(_) | Event::Warned { .. } => true,
            Event::Called { step: named, .. }
            | Event::Rejected { step: named, .. }
            | Event::Turned { step: named, .. }
            | Event::Corrected { step: named, .. }
            | Event::Retrying { step: named, .. }
            | Event::Interrupted { step: named, .. }
            | Event::Opened { list: named, .. } => self.events.contains(named),
            Event::Merged { listener, frame, arrivals, absorbed, .. } => {
                arrivals.iter().chain(absorbed).any(|token| self.tokens.contains(token))
                    || self.holds_back(organism, (listener, *frame), traces)
            }
            Event::Answered { frame, .. } => self.frames.contains(frame),
            _ => traces.token(event).is_some_and(|token| self.tokens.contains(&token)),
        }
    }

    /// Whether a merge that waits for all has to wait for a message that is done again.
    fn holds_back(&self, organism: &Organism, (merge, frame): (&str, Seq), traces: &Traces) -> bool {
        let Some(merge) = organism.index(merge) else { return false };
        if !matches!(organism.listener(merge).work, Work::Merge(Wait::All)) {
            return false;
        }
        let comes = |token: &TokenId| {
            let at = traces.listener(*token).and_then(|name| organism.index(name));
            at.is_some_and(|at| at == merge || organism.reach.can(at, merge))
        };
        self.live.iter().any(|token| traces.frame(*token) == Some(frame) && comes(token))
    }

    fn drop_event(&mut self, seq: Seq, event: &Event, traces: &Traces) {
        self.events.insert(seq);
        if let Some(token) = traces.token(event) {
            self.tokens.insert(token);
            self.frame(traces.frame(token).unwrap_or_default(), traces);
        }
        self.send(seq, event, traces);
    }

    fn send(&mut self, seq: Seq, event: &Event, traces: &Traces) {
        for token in tokens_of(seq, event) {
            self.tokens.insert(token);
            self.frame(traces.frame(token).unwrap_or_default(), traces);
        }
    }

    /// A frame that goes on, and with it those that wait for it.
    fn frame(&mut self, frame: Seq, traces: &Traces) {
        let mut frame = Some(frame);
        while let Some(seq) = frame.filter(|seq| self.frames.insert(*seq)) {
            let caller = traces.caller(seq);
            if let Some(caller) = caller {
                self.tokens.insert(caller);
                self.live.push(caller);
            }
            frame = caller.and_then(|caller| traces.frame(caller));
        }
    }

    /// Steps that failed a frame which goes on now: they are done again too.
    fn failures(&self, organism: &Organism, recorded: &[Event], traces: &Traces) -> BTreeSet<Seq> {
        let mut found = BTreeSet::new();
        for (number, event) in (0_u32..).zip(recorded) {
            let Event::Failed { token, listener, to, .. } = event else { continue };
            if self.events.contains(&Seq(number)) || !to.is_empty() {
                continue;
            }
            let fails =
                organism.index(listener).is_none_or(|at| organism.listener(at).on_error == OnError::Fail);
            if fails && traces.frame(*token).is_some_and(|frame| self.frames.contains(&frame)) {
                found.extend(failed(recorded, traces, Seq(number), event));
            }
        }
        found
    }

    /// What is not undone, without the beginnings that nothing followed: they are made again.
    fn answered(&self, recorded: &[Event], traces: &Traces) -> BTreeSet<Seq> {
        let numbered = || (0_u32..).map(Seq).zip(recorded).filter(|(seq, _)| !self.events.contains(seq));
        let mut answered: HashSet<Seq> = HashSet::new();
        let mut taken: HashSet<TokenId> = HashSet::new();
        for (_, event) in numbered() {
            match event {
                Event::Finished { step, .. }
                | Event::Turned { step, .. }
                | Event::Corrected { step, .. }
                | Event::Returned { step, .. } => {
                    answered.insert(*step);
                }
                Event::Failed { token, step, .. } => {
                    answered.extend(*step);
                    taken.insert(*token);
                }
                Event::Passed { token, .. } => {
                    taken.insert(*token);
                }
                _ => {}
            }
        }
        let is_kept = |seq: Seq, event: &Event| match event {
            Event::Scheduled { .. } | Event::Delegated { .. } => answered.contains(&seq),
            Event::Retrying { step, .. } | Event::Interrupted { step, .. } => answered.contains(step),
            Event::Waiting { .. } => traces.token(event).is_some_and(|token| taken.contains(&token)),
            _ => true,
        };
        numbered().filter(|(seq, event)| is_kept(*seq, event)).map(|(seq, _)| seq).collect()
    }
}

fn tokens_of(seq: Seq, event: &Event) -> impl Iterator<Item = TokenId> {
    let count = u16::try_from(receivers(event).len()).unwrap_or(u16::MAX);
    (0..count).map(move |position| TokenId { from: seq, position })
}
