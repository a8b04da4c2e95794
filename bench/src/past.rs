use std::ops::Range;

use anyhow::{Context, Result};
use db::Db;
use futures::future::try_join_all;
use journal::{ApprovalMoves, Birth, Commit, ExecutionStatus, Journal, Progress, Recorded, TriggerKind};
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId, VersionId};
use kit::{Sources, Timestamp};

use crate::sql;

/// The newest execution of a database, to be written again under new ids.
#[derive(Debug)]
pub(crate) struct Template {
    sources: Sources,
    flow: FlowId,
    owner: OwnerId,
    version: VersionId,
    node: NodeId,
    events: Vec<Recorded>,
}

/// Milliseconds between two past executions.
const APART_MS: i64 = 20;
/// One past execution in so many has failed.
const FAILED: usize = 20;

impl Template {
    pub(crate) async fn read(db: &Db, journal: &Journal) -> Result<Self> {
        let row = db.maybe(&sql::NEWEST, &[]).await?.context("no execution to copy")?;
        let id: ExecutionId = row.get(0)?;
        let sources = Sources::system();
        Ok(Self {
            flow: row.get(1)?,
            owner: row.get(2)?,
            version: row.get(3)?,
            node: sources.id(),
            events: journal.events(id, 0, u32::MAX).await?,
            sources,
        })
    }

    /// The whole execution as one commit, as the engine makes it.
    pub(crate) fn commit(&self, started_at: Timestamp, progress: Progress) -> Commit {
        let birth = Birth {
            is_run: true,
            version: self.version,
            is_current: false,
            trigger: None,
            trigger_kind: TriggerKind::Webhook,
            runs_limit: None,
            claim: None,
            caller: None,
        };
        Commit {
            execution: kit::Id::new(started_at, &self.sources.entropy),
            flow: self.flow,
            owner: self.owner,
            node: self.node,
            epoch: 1,
            birth: Some(birth),
            first_seq: 0,
            events: self.events.clone(),
            kv_writes: Vec::new(),
            letters_taken: Vec::new(),
            approvals: ApprovalMoves::default(),
            snapshot: None,
            progress,
            started_at,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.sources.clock.now()
    }

    /// Adds executions between those numbers, counted from the oldest; the last of `to` was just now.
    pub(crate) async fn fill(&self, journal: &Journal, from: usize, to: usize) -> Result<()> {
        let now = self.now();
        let past = |number: usize| {
            let age = i64::try_from(to - number).unwrap_or(0);
            let status =
                if number.is_multiple_of(FAILED) { ExecutionStatus::Error } else { ExecutionStatus::Success };
            let started_at = now.plus_ms(-age * APART_MS);
            (started_at, Progress::Ended { status, error: None, at: started_at.plus_ms(1) })
        };
        self.write(journal, from..to, past).await
    }

    /// Adds executions that started then and stand there, by their number.
    pub(crate) async fn write(
        &self,
        journal: &Journal,
        numbers: Range<usize>,
        of: impl Fn(usize) -> (Timestamp, Progress),
    ) -> Result<()> {
        let numbers: Vec<usize> = numbers.collect();
        for some in numbers.chunks(1_024) {
            let commits = some.iter().map(|number| {
                let (started_at, progress) = of(*number);
                journal.commit(self.commit(started_at, progress))
            });
            try_join_all(commits).await?;
        }
        Ok(())
    }
}
