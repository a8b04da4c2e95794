use std::collections::HashMap;
use std::sync::Arc;

use crate::run::{Event, Seq, TokenId};

/// Who is who in a journal: where each message stands, and which message a step, a list or a frame belongs to.
#[derive(Debug, Default)]
pub(super) struct Traces {
    messages: HashMap<TokenId, (Seq, Arc<str>)>,
    named: HashMap<Seq, TokenId>,
    callers: HashMap<Seq, TokenId>,
}

impl Traces {
    pub(super) fn of(recorded: &[Event]) -> Self {
        let mut traces = Self::default();
        for (number, event) in (0_u32..).zip(recorded) {
            traces.read(Seq(number), event);
        }
        traces
    }

    fn read(&mut self, seq: Seq, event: &Event) {
        match event {
            Event::Scheduled { token, .. }
            | Event::Listed { token, .. }
            | Event::Waiting { token, .. }
            | Event::Delegated { token, .. } => {
                self.named.insert(seq, *token);
            }
            Event::Called { step: named, .. } | Event::Opened { list: named, .. } => {
                if let Some(caller) = self.named.get(named) {
                    self.callers.insert(seq, *caller);
                }
            }
            _ => {}
        }
        let frame = match event {
            Event::Started { .. } | Event::Called { .. } | Event::Opened { .. } => Some(seq),
            Event::Merged { frame, .. } => Some(*frame),
            _ => self.token(event).and_then(|token| self.frame(token)),
        };
        for (position, name) in (0_u16..).zip(receivers(event)) {
            let place = (frame.unwrap_or_default(), Arc::clone(name));
            self.messages.insert(TokenId { from: seq, position }, place);
        }
    }

    /// The message that an event is about; `None` when it is about several, or about a frame.
    pub(super) fn token(&self, event: &Event) -> Option<TokenId> {
        match event {
            Event::Passed { token, .. }
            | Event::Held { token, .. }
            | Event::Scheduled { token, .. }
            | Event::Failed { token, .. }
            | Event::Waiting { token, .. }
            | Event::Listed { token, .. }
            | Event::Delegated { token, .. } => Some(*token),
            Event::Finished { step: named, .. }
            | Event::Retrying { step: named, .. }
            | Event::Interrupted { step: named, .. }
            | Event::Turned { step: named, .. }
            | Event::Corrected { step: named, .. }
            | Event::Rejected { step: named, .. }
            | Event::Returned { step: named, .. }
            | Event::Gathered { list: named, .. } => self.named.get(named).copied(),
            _ => None,
        }
    }

    pub(super) fn frame(&self, token: TokenId) -> Option<Seq> {
        self.messages.get(&token).map(|(frame, _)| *frame)
    }

    /// Where a message stands.
    pub(super) fn listener(&self, token: TokenId) -> Option<&Arc<str>> {
        self.messages.get(&token).map(|(_, listener)| listener)
    }

    /// The message that waits for a frame's answer.
    pub(super) fn caller(&self, frame: Seq) -> Option<TokenId> {
        self.callers.get(&frame).copied()
    }
}

/// Who receives what an event sends.
pub(super) fn receivers(event: &Event) -> &[Arc<str>] {
    match event {
        Event::Started { to, .. }
        | Event::Passed { to, .. }
        | Event::Merged { to, .. }
        | Event::Finished { to, .. }
        | Event::Failed { to, .. }
        | Event::Called { to, .. }
        | Event::Opened { to, .. }
        | Event::Gathered { to, .. }
        | Event::Returned { to, .. } => to,
        _ => &[],
    }
}
