use std::sync::Arc;

use flow::Payload;
use flow::run::{Command, Event, State, Surroundings, decide};
use journal::{Birth, Commit, KvWrite, Progress, Recorded};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId};

use super::secrets::OpenSecrets;
use crate::plan::Plan;

/// One execution in memory: its state, and what is decided but not yet committed.
pub(super) struct Run {
    pub(super) id: ExecutionId,
    pub(super) flow: FlowId,
    pub(super) owner: OwnerId,
    pub(super) tier: String,
    pub(super) node: NodeId,
    pub(super) epoch: i64,
    pub(super) plan: Arc<Plan>,
    pub(super) state: State,
    pub(super) vars: Payload,
    pub(super) secrets: Arc<OpenSecrets>,
    pub(super) birth: Option<Birth>,
    /// The ids of letters that the pending events answer.
    pub(super) letters_taken: Vec<String>,
    pending: Vec<Recorded>,
    kv_writes: Vec<KvWrite>,
}

/// Where a run comes from.
pub(super) struct Origin {
    pub(super) id: ExecutionId,
    pub(super) flow: FlowId,
    pub(super) owner: OwnerId,
    pub(super) tier: String,
    pub(super) node: NodeId,
    pub(super) epoch: i64,
    pub(super) started_at: Timestamp,
}

impl Run {
    pub(super) fn new(origin: Origin, plan: Arc<Plan>, vars: Payload, secrets: Arc<OpenSecrets>) -> Self {
        let state = State::new(&origin.id.to_string(), origin.started_at);
        let Origin { id, flow, owner, tier, node, epoch, .. } = origin;
        let (pending, kv_writes) = (Vec::new(), Vec::new());
        Self {
            id,
            flow,
            owner,
            tier,
            node,
            epoch,
            plan,
            state,
            vars,
            secrets,
            birth: None,
            letters_taken: Vec::new(),
            pending,
            kv_writes,
        }
    }

    /// Decides a command; what follows waits for the next commit.
    pub(super) fn decide(&mut self, command: Command, now: Timestamp, jitter: f64) {
        let surroundings = self.surroundings(now, jitter);
        let events = decide(&self.plan.organism, &mut self.state, command, &surroundings);
        self.pending.extend(events.into_iter().map(|event: Event| Recorded { at: now, event }));
    }

    pub(super) fn surroundings(&self, now: Timestamp, jitter: f64) -> Surroundings {
        Surroundings { now, jitter, vars: self.vars.clone() }
    }

    pub(super) fn remember(&mut self, writes: Vec<KvWrite>) {
        self.kv_writes.extend(writes);
    }

    /// What is decided and not committed, with where it stands then; `None` when there is nothing to write.
    pub(super) fn take_commit(&mut self, progress: Progress) -> Option<Commit> {
        if self.pending.is_empty() && self.letters_taken.is_empty() && progress == Progress::Leased {
            return None;
        }
        let events = std::mem::take(&mut self.pending);
        let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        Some(Commit {
            execution: self.id,
            flow: self.flow,
            owner: self.owner,
            node: self.node,
            epoch: self.epoch,
            birth: self.birth.take(),
            first_seq: self.state.next_seq.0 - count,
            events,
            kv_writes: std::mem::take(&mut self.kv_writes),
            letters_taken: std::mem::take(&mut self.letters_taken),
            progress,
            started_at: self.state.started_at,
        })
    }
}
