use std::time::Duration;

use flow::run::{Command, Seq, wake_at};
use journal::{Commit, Progress, Tell};
use kit::Timestamp;
use kit::ids::ExecutionId;

use super::called::answer;
use super::calls::Calls;
use super::reply::Reply;
use super::run::Run;
use super::seat::{About, Seat, Seated};
use super::send::letter;
use super::turn::turn;
use crate::{Engine, Outcome};

/// How long a commit that failed waits before it is tried again.
const COMMIT_PAUSE: Duration = Duration::from_millis(500);
/// How long an execution sleeps when nothing of it lies ahead but its calls.
const LOOK_MS: i64 = 1_000;

/// What an execution wakes up for.
enum Woken {
    Answer(Seq, Outcome),
    Letter,
    Time,
}

impl Engine {
    /// Drives an execution until it ends, is parked, or passes to another node.
    pub(super) fn drive(&self, mut run: Run, mut seat: Seat, reply: Reply) {
        let engine = self.clone();
        let most_tokens = run.plan.organism.max_tokens;
        self.introduce(run.id, About { owner: run.owner, flow: run.flow, most_tokens });
        self.0.tasks.spawn(async move {
            let (id, has_queue) = (run.id, run.plan.organism.concurrency.is_some());
            let (gone, trace) = (seat.gone.clone(), run.traced.own().clone());
            tokio::select! {
                () = gone.cancelled() => {}
                () = trace.around(engine.live(&mut run, &mut seat.notes, &reply)) => {}
            }
            drop(run);
            engine.keep_caller(id, reply);
            drop(seat);
            engine.tell_all(id);
            if has_queue || engine.0.is_full.load(std::sync::atomic::Ordering::Relaxed) {
                engine.look_soon();
            }
        });
    }

    async fn live(&self, run: &mut Run, seated: &mut Seated, reply: &Reply) {
        let (mut calls, clock) = (Calls::new(), &self.sources().clock);
        while self.settle(run, &mut calls, reply).await {
            let pauses = self.is_disk_full();
            if !pauses {
                calls.start(self, run, clock.now());
            }
            let alarm = if pauses { clock.now().plus_ms(LOOK_MS) } else { alarm(run, clock.now()) };
            let woken = tokio::select! {
                (step, outcome) = calls.next() => Woken::Answer(step, outcome),
                letter = seated.recv() => match letter {
                    Some(()) => Woken::Letter,
                    None => return,
                },
                () = clock.sleep_until(alarm) => Woken::Time,
            };
            let now = clock.now();
            match woken {
                Woken::Answer(step, outcome) => {
                    let command = finish(run, step, outcome);
                    run.decide(command, now, self.sources().entropy.unit());
                }
                Woken::Letter => self.take_letters(run).await,
                // Who decided before the deadline was first, though nobody has heard of it yet.
                Woken::Time if run.is_word_due(now) => self.take_letters(run).await,
                Woken::Time => {}
            }
        }
    }

    /// Decides what can be decided and commits it; `false` when there is nothing left to do here: the execution has
    /// ended, is parked, or is not ours any more.
    async fn settle(&self, run: &mut Run, calls: &mut Calls, reply: &Reply) -> bool {
        loop {
            let span = run.traced.turn(run.id);
            run.expire(self.sources().clock.now());
            let more = turn(run, &self.0.parts.registry, self.sources());
            calls.keep_open(&run.state);
            let progress =
                run.progress(self.sources().clock.now(), calls.is_busy() || run.has_calls_to_make());
            let goes_on = progress == Progress::Leased;
            let wake_at = run.wake_at_of(&progress);
            if !self.commit(run, progress.clone()).await {
                return false;
            }
            drop(span);
            run.traced.end((run.id, run.flow), &run.state, &progress);
            reply.publish(&run.state);
            let more = self.make_calls(run).await || more;
            if !goes_on {
                self.sleeps_until(wake_at);
                return false;
            }
            if !more {
                return true;
            }
        }
    }

    /// Commits what is decided; `false` when the execution is not ours any more.
    async fn commit(&self, run: &mut Run, progress: Progress) -> bool {
        let Some(commit) = run.take_commit(progress, self.sources()) else { return true };
        loop {
            match self.write_commit(run, commit.clone()).await {
                Ok(()) => {
                    self.tell_all(run.id);
                    return true;
                }
                Err(journal::Error::StaleEpoch | journal::Error::Closing) => return false,
                // It was written before and the answer was lost. What stands on disk counts: it is taken up from there.
                Err(journal::Error::Db(db)) if db.is_unique_violation() => return false,
                Err(error) => {
                    tracing::warn!(execution = %run.id, %error, "a commit failed; trying again");
                    tokio::time::sleep(COMMIT_PAUSE).await;
                }
            }
        }
    }

    /// The last commit of a called execution tells its caller.
    async fn write_commit(&self, run: &Run, commit: Commit) -> journal::Result<()> {
        let Some((caller, command)) = answer(run) else { return self.journal().commit(commit).await };
        let letter = letter(&format!("answer-{}", run.id), &command);
        let tell = Tell { execution: caller, letter, at: self.now() };
        let delivery = self.journal().commit_and_tell(commit, &tell).await?;
        self.call(caller, delivery);
        Ok(())
    }

    /// Wakes whoever follows executions on this node.
    pub(super) fn tell(&self, id: ExecutionId) {
        // Nobody listening is the usual case.
        let _ = self.0.committed.send(id);
    }
}

/// When to look again if nothing else happens.
fn alarm(run: &Run, now: Timestamp) -> Timestamp {
    let at = wake_at(&run.plan.organism, &run.state);
    // A step that runs is due already: only what lies ahead is worth an alarm.
    at.filter(|at| *at > now).unwrap_or_else(|| now.plus_ms(LOOK_MS))
}

fn finish(run: &mut Run, step: Seq, outcome: Outcome) -> Command {
    let outcome = match outcome {
        Outcome::Done(answer) => {
            run.remember(answer.kv_writes);
            Ok((answer.output, answer.usage))
        }
        Outcome::Failed(failure) => Err(failure),
    };
    Command::Finish { step, outcome }
}
