use std::sync::Arc;

use super::Decision;
use crate::Payload;
use crate::run::{Budget, Event, TestRun};

impl Decision<'_> {
    pub(super) fn start(
        &mut self,
        (payload, facts): (Payload, Payload),
        budget: Option<Budget>,
        test: Option<Arc<TestRun>>,
    ) {
        let alone = test.as_ref().and_then(|test| test.alone.clone());
        let to = alone.map_or_else(|| self.names(&[self.organism.entry]), |listener| vec![listener]);
        self.emit(Event::Started { payload, facts, budget, adopted: None, test, to });
    }
}
