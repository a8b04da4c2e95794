use std::collections::HashMap;

use kit::ids::{FlowId, OwnerId};

/// Owners and flows remembered; beyond that all are equal again.
const MOST: usize = 10_000;

/// Who was served when: the least recently served owner comes first, and of an owner's flows the same.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    tick: u64,
    owners: HashMap<OwnerId, u64>,
    flows: HashMap<FlowId, u64>,
}

impl Turns {
    /// What orders askers: the smallest comes next.
    pub(super) fn place(&self, owner: OwnerId, flow: FlowId) -> (u64, u64) {
        let last = |tick: Option<&u64>| tick.copied().unwrap_or(0);
        (last(self.owners.get(&owner)), last(self.flows.get(&flow)))
    }

    /// Notes that it was a flow's turn.
    pub(super) fn serve(&mut self, owner: OwnerId, flow: FlowId) {
        if self.flows.len() >= MOST {
            self.owners.clear();
            self.flows.clear();
        }
        self.tick += 1;
        self.owners.insert(owner, self.tick);
        self.flows.insert(flow, self.tick);
    }
}
