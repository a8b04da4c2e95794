use std::sync::Arc;

use super::Decision;
use crate::organism::Work;
use crate::run::{Event, TokenId};

impl Decision<'_> {
    /// Lets a step with an effect begin, once this is committed.
    pub(super) fn schedule(&mut self, id: TokenId) {
        let Some(token) = self.token(id) else { return };
        let at = token.at;
        if self.guarded(id)
            || (matches!(self.organism.listener(at).work, Work::Agent(_)) && self.over_budget())
        {
            return;
        }
        match self.objection(id, at) {
            Some(error) => self.fail(id, None, 1, error),
            None => {
                let listener = Arc::clone(&self.organism.listener(at).name);
                self.emit(Event::Scheduled { token: id, listener });
            }
        }
    }
}
