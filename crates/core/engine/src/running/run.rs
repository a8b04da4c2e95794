use std::collections::BTreeMap;
use std::sync::Arc;

use flow::Payload;
use flow::run::{Command, Event, SNAPSHOT_VERSION, Seq, State, Surroundings, decide};
use journal::{Birth, Commit, KvWrite, Progress, Recorded, Snapshot};
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId};
use kit::{Sources, Timestamp};

use super::asked::OnDisk;
use super::secrets::OpenSecrets;
use super::traced::Traced;
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
    pub(super) traced: Traced,
    /// The ids of letters that the pending events answer.
    pub(super) letters_taken: Vec<String>,
    /// The executions that it has called and that have not answered, by the step.
    pub(super) called: BTreeMap<Seq, ExecutionId>,
    /// What persons are asked, as of the last commit.
    pub(super) asked: OnDisk,
    /// How many events the last snapshot covers.
    pub(super) snapshot_seq: u32,
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
            traced: Traced::default(),
            letters_taken: Vec::new(),
            called: BTreeMap::new(),
            asked: OnDisk::new(),
            snapshot_seq: 0,
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
    pub(super) fn take_commit(&mut self, progress: Progress, sources: &Sources) -> Option<Commit> {
        if self.pending.is_empty() && self.letters_taken.is_empty() && progress == Progress::Leased {
            return None;
        }
        let snapshot = self.snapshot(&progress);
        let events = std::mem::take(&mut self.pending);
        let approvals = self.approval_moves(&events, sources);
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
            approvals,
            progress,
            snapshot,
            started_at: self.state.started_at,
        })
    }

    /// A snapshot, when one is due: from there it is replayed the next time it is taken up.
    fn snapshot(&mut self, progress: &Progress) -> Option<Snapshot> {
        let events = self.state.next_seq.0;
        let since = events - self.snapshot_seq;
        let is_due = since >= Snapshot::EVERY_EVENTS
            && match progress {
                Progress::Parked { .. } => true,
                // Only a takeover would need it: it may cost no more than what was written since.
                Progress::Leased => since >= self.snapshot_seq,
                Progress::Queued { .. } | Progress::Ended { .. } => false,
            };
        if !is_due {
            return None;
        }
        self.snapshot_seq = events;
        Some(Snapshot { version: SNAPSHOT_VERSION, body: self.state.snapshot()? })
    }
}
