use std::time::Duration;

use flow::run::{Command, End, Event, Failure, Ready, SNAPSHOT_VERSION, State, Status, apply, ready};
use journal::{ApprovalMoves, Commit, Execution, ExecutionStatus, Progress, Recorded};
use kit::{Kind, Problem};

use super::claims::Taken;
use super::run::{Origin, Run};
use super::seat::Seat;
use super::traced::Traced;
use crate::{Engine, Error, Result};

/// Events read at once.
const READ: u32 = 1_000;
/// How long an execution waits whose journal cannot be read just now.
const PAUSE: Duration = Duration::from_secs(1);

impl Engine {
    /// Goes on with an execution that was taken; one that can never be read again is closed, so that none is stuck.
    pub(super) async fn resume(&self, execution: Execution, seat: Seat, taken: Taken) {
        match self.revive(&execution, taken).await {
            Ok(run) => {
                let reply = self.take_caller(execution.id);
                self.drive(run, seat, reply);
            }
            Err(error) if error.kind() == Kind::Unavailable => self.resume_later(execution, seat, taken),
            Err(error) => {
                self.close_unreadable(&execution, &error).await;
                drop(seat);
            }
        }
    }

    fn resume_later(&self, execution: Execution, seat: Seat, taken: Taken) {
        let engine = self.clone();
        self.0.tasks.spawn(async move {
            let gone = seat.gone.clone();
            tokio::select! {
                () = gone.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => Box::pin(engine.resume(execution, seat, taken)).await,
            }
        });
    }

    /// Replays an execution's journal; steps that were running run again under the same id.
    async fn revive(&self, execution: &Execution, taken: Taken) -> Result<Run> {
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
        run.remember_asked();
        self.remember_called(&mut run).await?;
        run.traced = Traced::of(run.id, run.state.trigger());
        let now = self.now();
        if taken == Taken::Left {
            for item in ready(&run.plan.organism, &run.state, now) {
                if let Ready::Run { step, .. } = item {
                    run.decide(Command::Interrupt(step), now, 0.0);
                }
            }
        }
        self.take_letters(&mut run).await;
        Ok(run)
    }

    /// From the last snapshot on, or from the first event.
    async fn replay(&self, run: &mut Run) -> Result<()> {
        let snapshot = self.journal().snapshot(run.id, SNAPSHOT_VERSION).await?;
        if let Some(state) = snapshot.and_then(|snapshot| State::restore(&snapshot)) {
            run.snapshot_seq = state.next_seq.0;
            run.state = state;
        }
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

    async fn close_unreadable(&self, execution: &Execution, error: &Error) {
        tracing::error!(execution = %execution.id, %error, "an execution cannot be read; closing it");
        let failure = Failure::permanent("unreadable", format!("its journal cannot be read: {error}"));
        let end = End { status: Status::Error, answer: Vec::new(), error: Some(failure.clone()) };
        let now = self.now();
        let commit = Commit {
            execution: execution.id,
            flow: execution.flow,
            owner: execution.owner,
            node: self.node(),
            epoch: execution.epoch,
            birth: None,
            first_seq: execution.last_seq + 1,
            events: vec![Recorded { at: now, event: Event::Ended(end) }],
            kv_writes: Vec::new(),
            letters_taken: Vec::new(),
            approvals: ApprovalMoves::default(),
            snapshot: None,
            progress: Progress::Ended { status: ExecutionStatus::Error, error: Some(failure), at: now },
            started_at: execution.started_at,
        };
        let closed = async {
            self.journal().commit(commit).await?;
            self.journal().close_approvals(execution.id).await
        };
        if let Err(error) = closed.await {
            tracing::error!(execution = %execution.id, %error, "an execution could not be closed");
        }
    }
}
