//! A journal with a running flow, and executions written by hand.

use std::sync::Arc;

use db::Db;
use flow::Payload;
use flow::run::{End, Event, Status};
use journal::{
    ApprovalMoves, Birth, Commit, Execution, ExecutionStatus, Flow, FlowStatus, Journal, NewFlow, Progress,
    Recorded, TriggerKind, Waiting,
};
use kit::ids::{ExecutionId, NodeId, OwnerId, VersionId};
use kit::{Sources, Timestamp};
use serde_json::json;

pub(crate) struct House {
    pub(crate) journal: Journal,
    pub(crate) sources: Sources,
    pub(crate) owner: OwnerId,
    pub(crate) node: NodeId,
    pub(crate) flow: Flow,
    pub(crate) version: VersionId,
}

/// A moment of these tests.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(1_750_000_000_000 + ms)
}

impl House {
    pub(crate) async fn on(db: Db) -> Self {
        let (journal, sources) = (Journal::new(db), Sources::system());
        let (owner, version) = (sources.id(), sources.id());
        let new = NewFlow {
            id: sources.id(),
            version,
            name: "test".to_owned(),
            description: None,
            organism_yaml: "organism: {name: test}".to_owned(),
            canvas_state: None,
            now: at(0),
        };
        let mut flow = journal.create_flow(owner, 10, new).await.unwrap();
        (flow.status, flow.version) = (FlowStatus::Running, Some(version));
        let house = Self { node: sources.id(), journal, sources, owner, flow, version };
        let flow = house.flow.clone();
        house.save(flow).await
    }

    /// The same house with its flow changed.
    pub(crate) async fn save(mut self, flow: Flow) -> Self {
        assert!(self.journal.save_flow(&flow, self.sources.id()).await.unwrap());
        self.flow = self.journal.flow(self.owner, flow.id).await.unwrap().unwrap();
        self
    }

    /// The first commit of a new execution: one event, and where it stands then.
    pub(crate) fn birth(&self, started_at: Timestamp, progress: Progress) -> Commit {
        let birth = Birth {
            is_run: true,
            version: self.version,
            is_current: true,
            trigger: None,
            trigger_kind: TriggerKind::Manual,
            runs_limit: None,
            claim: None,
            caller: None,
        };
        Commit {
            execution: self.sources.id(),
            flow: self.flow.id,
            owner: self.owner,
            node: self.node,
            epoch: 1,
            birth: Some(birth),
            first_seq: 0,
            events: vec![started(started_at, "x")],
            kv_writes: Vec::new(),
            letters_taken: Vec::new(),
            approvals: ApprovalMoves::default(),
            snapshot: None,
            progress,
            started_at,
        }
    }

    /// The commit that follows on another of the same execution.
    pub(crate) fn after(&self, before: &Commit, events: Vec<Recorded>, progress: Progress) -> Commit {
        let first_seq = before.first_seq + u32::try_from(before.events.len()).unwrap();
        Commit { birth: None, snapshot: None, first_seq, events, progress, ..before.clone() }
    }

    /// Commits a birth with that progress; answers the commit.
    pub(crate) async fn born(&self, started_at: Timestamp, progress: Progress) -> Commit {
        let commit = self.birth(started_at, progress);
        self.journal.commit(commit.clone()).await.unwrap();
        commit
    }

    pub(crate) async fn row(&self, id: ExecutionId) -> Option<Execution> {
        self.journal.execution(self.owner, self.flow.id, id).await.unwrap()
    }

    pub(crate) async fn events(&self, id: ExecutionId) -> usize {
        self.journal.events(id, 0, u32::MAX).await.unwrap().len()
    }
}

pub(crate) fn started(at: Timestamp, payload: &str) -> Recorded {
    let to: Vec<Arc<str>> = Vec::new();
    let (payload, facts) = (Payload::new(json!(payload)), Payload::new(json!({})));
    Recorded { at, event: Event::Started { payload, facts, budget: None, adopted: None, test: None, to } }
}

pub(crate) fn end(at: Timestamp) -> Recorded {
    Recorded { at, event: Event::Ended(End { status: Status::Success, answer: Vec::new(), error: None }) }
}

pub(crate) fn ended(at: Timestamp) -> Progress {
    Progress::Ended { status: ExecutionStatus::Success, error: None, at }
}

pub(crate) fn parked(now: Timestamp, wake_at: Option<Timestamp>) -> Progress {
    Progress::Parked { wake_at, waiting: Waiting { kind: "delay".to_owned(), until: wake_at }, at: now }
}

pub(crate) fn ids(executions: &[Execution]) -> Vec<ExecutionId> {
    executions.iter().map(|execution| execution.id).collect()
}
