use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::run::tests::bench::Bench;
use crate::run::{Event, Seq, TokenId};

/// A second account of all messages, from the events alone: each is sent once, taken once, and none is left.
#[derive(Default)]
struct Account {
    /// The live messages and their frames.
    live: BTreeMap<TokenId, Seq>,
    /// The open frames and the messages that wait for them.
    frames: BTreeMap<Seq, Option<TokenId>>,
    /// The messages that steps, lists and called flows belong to.
    named: BTreeMap<Seq, TokenId>,
}

pub(super) fn check(bench: &Bench) {
    let mut account = Account::default();
    for (number, (_, event)) in bench.events.iter().enumerate() {
        account.enter(Seq(u32::try_from(number).unwrap()), event);
    }
    let is_success = bench.state.end.as_ref().is_some_and(|end| end.error.is_none());
    if is_success {
        assert!(account.live.is_empty(), "left over: {:?}", account.live);
        assert!(account.frames.keys().all(|frame| *frame == Seq(0)), "left open: {:?}", account.frames);
    }
}

impl Account {
    fn enter(&mut self, seq: Seq, event: &Event) {
        match event {
            Event::Started { to, .. } => self.open(seq, None, to),
            Event::Passed { token, to, .. } | Event::Failed { token, to, .. } => {
                let frame = self.take(*token);
                self.send(seq, frame, to);
            }
            Event::Merged { arrivals, absorbed, frame, to, .. } => {
                let all: BTreeSet<TokenId> = arrivals.iter().chain(absorbed).copied().collect();
                assert_eq!(all.len(), arrivals.len() + absorbed.len());
                for token in all {
                    assert_eq!(self.take(token), *frame);
                }
                self.send(seq, *frame, to);
            }
            Event::Scheduled { token, .. } | Event::Listed { token, .. } | Event::Delegated { token, .. } => {
                assert!(self.live.contains_key(token), "{event:?}");
                self.named.insert(seq, *token);
            }
            Event::Finished { step: named, to, .. }
            | Event::Returned { step: named, to, .. }
            | Event::Gathered { list: named, to, .. } => {
                let frame = self.take(self.named[named]);
                self.send(seq, frame, to);
            }
            Event::Called { step: named, to, .. } | Event::Opened { list: named, to, .. } => {
                let caller = self.named[named];
                assert!(self.live.contains_key(&caller), "{event:?}");
                self.open(seq, Some(caller), to);
            }
            Event::Answered { frame, error, .. } => {
                assert!(self.frames.contains_key(frame), "answered twice: {event:?}");
                let left = self.live.values().any(|other| other == frame);
                assert!(error.is_some() || !left, "a frame answers when it is empty: {event:?}");
                self.close(*frame);
            }
            _ => {}
        }
    }

    fn open(&mut self, seq: Seq, caller: Option<TokenId>, to: &[Arc<str>]) {
        self.frames.insert(seq, caller);
        self.send(seq, seq, to);
    }

    fn send(&mut self, seq: Seq, frame: Seq, to: &[Arc<str>]) {
        for position in 0..u16::try_from(to.len()).unwrap() {
            let earlier = self.live.insert(TokenId { from: seq, position }, frame);
            assert!(earlier.is_none());
        }
    }

    fn take(&mut self, token: TokenId) -> Seq {
        let frame = self.live.remove(&token).unwrap_or_else(|| panic!("{token:?} is taken twice"));
        let opened: Vec<Seq> =
            self.frames.iter().filter(|(_, caller)| **caller == Some(token)).map(|(seq, _)| *seq).collect();
        opened.into_iter().for_each(|frame| self.close(frame));
        frame
    }

    fn close(&mut self, frame: Seq) {
        self.frames.remove(&frame);
        let inside: Vec<TokenId> =
            self.live.iter().filter(|(_, other)| **other == frame).map(|(id, _)| *id).collect();
        for token in inside {
            self.take(token);
        }
    }
}
