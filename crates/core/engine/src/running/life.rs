use std::collections::HashMap;
use std::time::Duration;

use flow::run::{Command, apply};
use journal::Execution;
use kit::Timestamp;
use kit::ids::NodeId;
use tokio::sync::watch;

use super::run::{Origin, Run};
use super::turn::turn;
use crate::engine::Readiness;
use crate::{Engine, Error, Result};

/// How often a node says that it is alive, and looks for work that nobody owns.
const BEAT: Duration = Duration::from_secs(3);
/// A node whose counter stands still for that long, by the observer's own clock, is dead.
const DEAD_AFTER_MS: i64 = 15_000;
/// Executions taken over at once.
const CLAIM: u32 = 200;
/// Events read at once.
const READ: u32 = 1_000;
/// How long executions may go on once the server is asked to close.
const DRAIN: Duration = Duration::from_secs(10);

impl Engine {
    /// Enters the register of nodes, takes over what a crash left, and begins to take work.
    pub async fn begin(&self) -> Result<()> {
        let now = self.sources().clock.now();
        self.journal().add_node(self.node(), self.0.parts.version, now).await?;
        if self.0.parts.is_alone {
            for (node, _) in self.journal().nodes().await? {
                if node != self.node() {
                    self.take_over(Some(node)).await?;
                    self.journal().remove_node(node).await?;
                }
            }
            self.take_over(None).await?;
        }
        self.enter(Readiness::Ready);
        let engine = self.clone();
        tokio::spawn(async move { engine.watch().await });
        Ok(())
    }

    /// Takes no more work and waits a moment for what is on its way; the rest is taken over at the next start.
    pub async fn close(&self) {
        self.enter(Readiness::Draining);
        self.0.tasks.close();
        if tokio::time::timeout(DRAIN, self.0.tasks.wait()).await.is_err() {
            tracing::info!(executions = self.active().len(), "closing; these go on at the next start");
        }
    }

    async fn watch(&self) {
        let mut seen: HashMap<NodeId, (i64, Timestamp)> = HashMap::new();
        while self.phase() == Readiness::Ready {
            tokio::time::sleep(BEAT).await;
            if let Err(error) = self.look(&mut seen).await {
                tracing::warn!(%error, "the register of nodes could not be read");
            }
        }
    }

    async fn look(&self, seen: &mut HashMap<NodeId, (i64, Timestamp)>) -> Result<()> {
        self.journal().beat(self.node()).await?;
        let now = self.sources().clock.now();
        self.journal().prune_keys(now).await?;
        for (node, beat) in self.journal().nodes().await? {
            let entry = seen.entry(node).or_insert((beat, now));
            if entry.0 != beat {
                *entry = (beat, now);
            }
            if node != self.node() && now.since_ms(entry.1) >= DEAD_AFTER_MS {
                tracing::warn!(%node, "a node is dead; taking its executions over");
                self.take_over(Some(node)).await?;
                self.journal().remove_node(node).await?;
            }
        }
        self.take_over(None).await
    }

    /// Claims what a dead node left, or what is due and owned by nobody.
    async fn take_over(&self, dead: Option<NodeId>) -> Result<()> {
        loop {
            // A running execution of a dead node is wanted whenever it is due.
            let due = match dead {
                Some(_) => Timestamp::from_millis(i64::MAX),
                None => self.sources().clock.now(),
            };
            let claimed = self.journal().claim(self.node(), dead, due, CLAIM).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for execution in claimed {
                let id = execution.id;
                if let Err(error) = self.resume(execution).await {
                    tracing::error!(execution = %id, %error, "an execution could not be taken over");
                }
            }
        }
    }

    /// Replays an execution's journal and goes on with it; steps that were running run again under the same id.
    async fn resume(&self, execution: Execution) -> Result<()> {
        let plan = self.plan(execution.version).await?;
        let terms = self.0.parts.admission.terms(execution.owner).await.map_err(Error::Keeper)?;
        let origin = Origin {
            id: execution.id,
            flow: execution.flow,
            owner: execution.owner,
            tier: terms.tier,
            node: self.node(),
            epoch: execution.epoch,
            started_at: execution.started_at,
        };
        let mut run = self.prepare_run(origin, plan).await?;
        self.replay(&mut run).await?;
        let now = self.sources().clock.now();
        for step in run.state.open_steps() {
            run.decide(Command::Interrupt(step), now, 0.0);
        }
        while turn(&mut run, &self.0.parts.registry, self.sources()) {}
        if let Some(commit) = run.take_commit(now) {
            self.journal().commit(commit).await?;
        }
        if run.state.end.is_none() {
            self.drive(run, watch::channel(None).0);
        }
        Ok(())
    }

    pub(super) async fn replay(&self, run: &mut Run) -> Result<()> {
        loop {
            let events = self.journal().events(run.id, run.state.next_seq.0, READ).await?;
            for recorded in &events {
                apply(&run.plan.organism, &mut run.state, &recorded.event, recorded.at);
            }
            if events.len() < READ as usize {
                return Ok(());
            }
        }
    }
}
