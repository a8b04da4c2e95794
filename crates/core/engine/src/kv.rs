use journal::Journal;
use kit::Clock;
use kit::ids::FlowId;
use serde_json::Value as Json;

/// A flow's own small memory, for reading.
#[derive(Clone)]
pub struct Kv {
    journal: Option<Journal>,
    flow: FlowId,
    clock: Clock,
}

impl Kv {
    /// The memory of one flow.
    pub fn new(journal: Journal, flow: FlowId, clock: Clock) -> Self {
        Self { journal: Some(journal), flow, clock }
    }

    /// A memory that is empty and stays so, for tests of handlers.
    pub fn empty(flow: FlowId, clock: Clock) -> Self {
        Self { journal: None, flow, clock }
    }

    /// The value of a key that has not expired.
    pub async fn get(&self, key: &str) -> journal::Result<Option<Json>> {
        match &self.journal {
            Some(journal) => journal.kv_get(self.flow, key, self.clock.now()).await,
            None => Ok(None),
        }
    }

    /// The keys with that prefix, in order, at most 1,000.
    pub async fn list(&self, prefix: &str) -> journal::Result<Vec<String>> {
        match &self.journal {
            Some(journal) => journal.kv_list(self.flow, prefix, self.clock.now()).await,
            None => Ok(Vec::new()),
        }
    }
}
