//! How messages and frames come, change and go: the one place that keeps the state's indices.

use std::sync::Arc;

use super::frame::Frame;
use super::stage::{Stage, Token};
use super::{Awaited, Seq, State, TokenId};
use crate::organism::Organism;

impl State {
    /// Sends the payload of an event to listeners of a frame.
    pub(super) fn send(&mut self, organism: &Organism, frame: Seq, from: Seq, to: &[Arc<str>]) {
        for (position, name) in (0_u16..).zip(to) {
            let Some(at) = organism.index(name) else { continue };
            let id = TokenId { from, position };
            self.tokens.insert(id, Token::new(frame, at));
            if let Some(frame) = self.frames.get_mut(&frame) {
                frame.tokens.insert(id);
            }
            self.index(id);
        }
        self.agenda.frames.insert(frame);
    }

    /// A result goes to its receivers; without any it is a dead end of its frame.
    pub(super) fn arrive(&mut self, organism: &Organism, frame: Seq, from: Seq, to: &[Arc<str>]) {
        if to.is_empty()
            && let Some(frame) = self.frames.get_mut(&frame)
        {
            frame.dead_ends.push(from);
        }
        self.send(organism, frame, from, to);
    }

    /// Changes a message, which may change where it is found.
    pub(super) fn change(&mut self, id: TokenId, change: impl FnOnce(&mut Token)) {
        self.unindex(id);
        if let Some(token) = self.tokens.get_mut(&id) {
            change(token);
            self.agenda.frames.insert(token.frame);
        }
        self.index(id);
    }

    /// Takes a message away, and with it whatever it had opened.
    pub(super) fn remove(&mut self, id: TokenId) -> Option<Token> {
        self.unindex(id);
        let token = self.tokens.remove(&id)?;
        for frame in &token.opened {
            self.close(*frame);
        }
        if let Some(frame) = self.frames.get_mut(&token.frame) {
            frame.tokens.remove(&id);
            self.agenda.frames.insert(token.frame);
        }
        self.agenda.tokens.remove(&id);
        Some(token)
    }

    /// Opens a frame for the message that waits for its answer.
    pub(super) fn open(&mut self, organism: &Organism, seq: Seq, frame: Frame, to: &[Arc<str>]) {
        let caller = frame.caller.and_then(|caller| self.tokens.get_mut(&caller.token));
        if let Some(token) = caller {
            token.opened.push(seq);
        }
        self.frames.insert(seq, frame);
        self.send(organism, seq, seq, to);
    }

    /// Closes a frame with everything in it.
    pub(super) fn close(&mut self, seq: Seq) -> Option<Frame> {
        let frame = self.frames.remove(&seq)?;
        for id in &frame.tokens {
            self.remove(*id);
        }
        if let Some(token) = frame.caller.and_then(|caller| self.tokens.get_mut(&caller.token)) {
            token.opened.retain(|opened| *opened != seq);
        }
        self.agenda.frames.remove(&seq);
        self.memories.retain(|(frame, _), _| *frame != seq);
        Some(frame)
    }

    /// Counts a step of a frame.
    pub(super) fn count_step(&mut self, frame: Seq) {
        self.steps += 1;
        if let Some(frame) = self.frames.get_mut(&frame) {
            frame.steps += 1;
        }
    }

    pub(super) fn index(&mut self, id: TokenId) {
        let Some(token) = self.tokens.get(&id) else { return };
        let index = &mut self.index;
        if let Some(name) = token.stage.name() {
            index.named.insert(name, id);
        }
        if let Some(due) = token.stage.due() {
            index.due.insert((due, id));
        }
        match &token.stage {
            Stage::Ready => {
                index.ready.insert(id);
            }
            Stage::Held(since) => {
                if let Some(frame) = self.frames.get_mut(&token.frame) {
                    frame.held.insert((*since, id));
                }
            }
            Stage::Delegated(delegation) => {
                index.delegated.insert(delegation.step);
            }
            Stage::Waiting(since, Awaited::Person { .. }) => {
                index.asked.insert(*since);
            }
            _ => {}
        }
        index.active += usize::from(token.stage.is_active());
        index.reserved += token.step().map_or(0, |step| step.reserved);
    }

    fn unindex(&mut self, id: TokenId) {
        let Some(token) = self.tokens.get(&id) else { return };
        let index = &mut self.index;
        if let Some(name) = token.stage.name() {
            index.named.remove(&name);
        }
        if let Some(due) = token.stage.due() {
            index.due.remove(&(due, id));
        }
        match &token.stage {
            Stage::Ready => {
                index.ready.remove(&id);
            }
            Stage::Held(since) => {
                if let Some(frame) = self.frames.get_mut(&token.frame) {
                    frame.held.remove(&(*since, id));
                }
            }
            Stage::Delegated(delegation) => {
                index.delegated.remove(&delegation.step);
            }
            Stage::Waiting(since, Awaited::Person { .. }) => {
                index.asked.remove(since);
            }
            _ => {}
        }
        index.active -= usize::from(token.stage.is_active());
        index.reserved -= token.step().map_or(0, |step| step.reserved);
    }
}
