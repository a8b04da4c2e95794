use std::sync::Arc;

use serde_json::Value as Json;

use super::Decision;
use crate::Payload;
use crate::run::stage::Stage;
use crate::run::{Event, Failure, TokenId};

impl Decision<'_> {
    /// A handler of the turn has answered.
    pub(super) fn answer(&mut self, id: TokenId, outcome: Result<Json, Failure>) {
        let Some(token) = self.token(id).filter(|token| token.stage == Stage::Ready) else { return };
        let at = token.at;
        if self.guarded(id) {
            return;
        }
        let objection = self.objection(id, at);
        let outcome =
            objection.map_or(outcome, Err).and_then(|output| match self.output_objection(at, &output) {
                Some(error) => Err(error),
                None => Ok(output),
            });
        match outcome {
            Ok(output) => {
                let listener = self.organism.listener(at);
                let (name, to) = (Arc::clone(&listener.name), self.onward(id, &listener.next));
                let output = Some(Payload::new(output));
                self.emit(Event::Passed { token: id, listener: name, output, case: None, status: None, to });
            }
            Err(error) => self.fail(id, None, 1, error),
        }
    }
}
