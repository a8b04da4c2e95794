use std::sync::Arc;

use super::Decision;
use crate::organism::Work;
use crate::run::{Event, TokenId};

impl Decision<'_> {
    /// Lets a step with an effect begin, once this is committed.
    pub(super) fn schedule(&mut self, id: TokenId) {
        let Some(token) = self.token(id) else { return };
        let (at, is_waiting) = (token.at, token.stage.name().is_none());
        let is_outside = matches!(self.organism.listener(at).work, Work::Outside { .. } | Work::Agent(_));
        // Scheduled twice, or not a step of this kind: nothing to decide.
        if !is_waiting || !is_outside || self.guarded(id) {
            return;
        }
        match self.objection(id, at) {
            Some(error) => self.fail(id, None, 1, error),
            None => self.begin(id),
        }
    }

    /// Records the beginning of a step, with the model tokens that it may need set aside.
    pub(super) fn begin(&mut self, id: TokenId) {
        let Some(token) = self.token(id) else { return };
        let listener = Arc::clone(&self.organism.listener(token.at).name);
        if let Some(reserved) = self.reserve(id) {
            self.emit(Event::Scheduled { token: id, listener, reserved });
        }
    }
}
