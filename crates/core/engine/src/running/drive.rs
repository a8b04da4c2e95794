use std::time::Duration;

use flow::run::{Command, wake_at};
use tokio::sync::{mpsc, watch};

use super::calls::Calls;
use super::reply::Finished;
use super::run::Run;
use super::turn::turn;
use crate::{Engine, Outcome};

/// How long a commit that failed waits before it is tried again.
const COMMIT_PAUSE: Duration = Duration::from_millis(500);

impl Engine {
    /// Drives an execution whose last decisions are committed, until it ends or passes to another node.
    pub(super) fn drive(&self, run: Run, reply: watch::Sender<Option<Finished>>) {
        let (commands, inbox) = mpsc::unbounded_channel();
        self.active().insert(run.id, super::Active { flow: run.flow, commands });
        let engine = self.clone();
        self.0.tasks.spawn(async move {
            let id = run.id;
            engine.live(run, inbox, reply).await;
            engine.active().remove(&id);
            engine.tell(id);
        });
    }

    async fn live(
        &self,
        mut run: Run,
        mut inbox: mpsc::UnboundedReceiver<Command>,
        reply: watch::Sender<Option<Finished>>,
    ) {
        let mut calls = Calls::new();
        let sources = self.sources();
        while run.state.end.is_none() {
            calls.start(self, &run, sources.clock.now());
            let pause_ms =
                wake_at(&run.plan.organism, &run.state).map_or(1_000, |at| at.since_ms(sources.clock.now()));
            // A step that runs is due already: only what lies ahead is worth an alarm.
            let pause =
                Duration::from_millis(u64::try_from(pause_ms).ok().filter(|ms| *ms > 0).unwrap_or(1_000));
            let command = tokio::select! {
                (step, outcome) = calls.next() => Some(finish(&mut run, step, outcome)),
                command = inbox.recv() => command,
                () = tokio::time::sleep(pause) => None,
            };
            let now = sources.clock.now();
            if run.state.is_expired(&run.plan.organism, now) {
                run.decide(Command::Expire, now, 0.0);
            } else if let Some(command) = command {
                run.decide(command, now, sources.entropy.unit());
            }
            loop {
                let more = turn(&mut run, &self.0.parts.registry, sources);
                if !self.commit(&mut run).await {
                    return;
                }
                if !more {
                    break;
                }
            }
            publish(&run, &reply);
        }
    }

    /// Commits what is decided; `false` when the execution is not ours any more.
    async fn commit(&self, run: &mut Run) -> bool {
        let Some(commit) = run.take_commit(self.sources().clock.now()) else { return true };
        loop {
            match self.journal().commit(commit.clone()).await {
                Ok(()) => {
                    self.tell(run.id);
                    return true;
                }
                Err(journal::Error::StaleEpoch | journal::Error::Closing) => return false,
                Err(error) => {
                    tracing::warn!(execution = %run.id, %error, "a commit failed; trying again");
                    tokio::time::sleep(COMMIT_PAUSE).await;
                }
            }
        }
    }

    /// Wakes whoever follows executions.
    pub(super) fn tell(&self, id: kit::ids::ExecutionId) {
        // Nobody listening is the usual case.
        let _ = self.0.committed.send(id);
    }
}

fn finish(run: &mut Run, step: flow::run::Seq, outcome: Outcome) -> Command {
    let outcome = match outcome {
        Outcome::Done(answer) => {
            run.remember(answer.kv_writes);
            Ok((answer.output, answer.usage))
        }
        Outcome::Failed(failure) => Err(failure),
    };
    Command::Finish { step, outcome }
}

pub(super) fn publish(run: &Run, reply: &watch::Sender<Option<Finished>>) {
    if reply.borrow().is_none()
        && let Some(finished) = run.finished()
    {
        reply.send_replace(Some(finished));
    }
}
