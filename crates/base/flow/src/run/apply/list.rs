use std::sync::Arc;

use kit::Timestamp;

use crate::Payload;
use crate::organism::Organism;
use crate::run::frame::{Caller, Frame, Place};
use crate::run::stage::{ItemResult, ListLoop, Stage};
use crate::run::{Failure, Seq, State, TokenId};

/// An `each` begins with its list.
pub(super) fn listed(
    organism: &Organism,
    state: &mut State,
    seq: Seq,
    (id, at): (TokenId, Timestamp),
    items: &Payload,
) {
    let Some(token) = state.tokens.get(&id) else { return };
    let (frame, timeout_ms) = (token.frame, organism.listener(token.at).timeout_ms);
    let deadline = at.plus_ms(i64::try_from(timeout_ms).unwrap_or(i64::MAX));
    let results = vec![None; items.json().as_array().map_or(0, Vec::len)];
    let list = ListLoop { list: seq, next: 0, open: 0, results, failed: None, deadline };
    state.change(id, |token| token.stage = Stage::Each(list));
    state.count_step(frame);
    state.agenda.tokens.insert(id);
}

/// An item opens its frame.
pub(super) fn opened(
    organism: &Organism,
    state: &mut State,
    seq: Seq,
    (list, item): (Seq, u32),
    to: &[Arc<str>],
) {
    let Some((token, depth)) = state.lister(list) else { return };
    state.change(token, |token| {
        if let Stage::Each(list) = &mut token.stage {
            list.next = item + 1;
            list.open += 1;
        }
    });
    let caller = Some(Caller { token, place: Place::Item(item) });
    state.open(organism, seq, Frame { caller, depth: depth + 1, ..Frame::default() }, to);
    state.agenda.tokens.insert(token);
}

/// An item's frame has answered.
pub(super) fn answered(state: &mut State, id: TokenId, item: u32, (seq, error): (Seq, Option<&Failure>)) {
    state.change(id, |token| {
        let Stage::Each(list) = &mut token.stage else { return };
        list.open -= 1;
        if let Some(result) = list.results.get_mut(item as usize) {
            *result = Some(ItemResult { answered: seq, is_error: error.is_some() });
        }
        if let (Some(error), None) = (error, &list.failed) {
            list.failed = Some((item, error.clone()));
        }
    });
    state.agenda.tokens.insert(id);
}

impl State {
    /// The message that works through that list, and the depth of its frame.
    pub(in crate::run) fn lister(&self, list: Seq) -> Option<(TokenId, u32)> {
        let (id, token) = self.token_of(list)?;
        matches!(token.stage, Stage::Each(_))
            .then(|| (id, self.frames.get(&token.frame).map_or(0, |frame| frame.depth)))
    }
}
