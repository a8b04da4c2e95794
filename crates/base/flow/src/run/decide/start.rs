use super::Decision;
use crate::Payload;
use crate::run::{Budget, Event};

impl Decision<'_> {
    pub(super) fn start(&mut self, payload: Payload, facts: Payload, budget: Option<Budget>) {
        let to = self.names(&[self.organism.entry]);
        self.emit(Event::Started { payload, facts, budget, adopted: None, to });
    }
}
