use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use db::Db;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Commit;
use super::encode::{Encoded, encode};
use super::tell::{Tell, write_and_tell};
use super::write::write;
use crate::{Delivery, Error, Result};

/// Commits written at once; more wait for the next one.
const MOST_AT_ONCE: usize = 256;
/// Commits that may wait; whoever comes then waits to wait.
const QUEUE: usize = 4_096;

/// The tasks that write what became ready while the last commit was on its way.
///
/// On PostgreSQL two of them, side by side: commits that move the sums of owners and flows wait for each other's rows in
/// the database, steps in between for nobody's. SQLite has one writer: there is one.
#[derive(Clone, Debug)]
pub(crate) struct Committer {
    db: Db,
    sums: mpsc::Sender<Waiting>,
    steps: mpsc::Sender<Waiting>,
    /// Whether the last thing that was to be written found no room.
    is_full: Arc<AtomicBool>,
    #[cfg(feature = "testing")]
    fuse: Option<Arc<super::fuse::Fuse>>,
}

#[derive(Debug)]
struct Waiting {
    commit: Arc<Encoded>,
    reply: oneshot::Sender<Result<()>>,
}

impl Committer {
    pub(crate) fn start(db: &Db) -> Self {
        let is_full = Arc::<AtomicBool>::default();
        let task = || {
            let (queue, inbox) = mpsc::channel(QUEUE);
            tokio::spawn(work(db.clone(), inbox, Arc::clone(&is_full)));
            queue
        };
        let sums = task();
        let steps = if db.has_one_writer() { sums.clone() } else { task() };
        Self {
            db: db.clone(),
            sums,
            steps,
            is_full,
            #[cfg(feature = "testing")]
            fuse: None,
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn with_fuse(self, fuse: Arc<super::fuse::Fuse>) -> Self {
        Self { fuse: Some(fuse), ..self }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// Notes whether there was room for what was written or was to be.
    pub(crate) fn note_room<T>(&self, outcome: &Result<T>) {
        note_room(&self.is_full, outcome);
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<()> {
        #[cfg(feature = "testing")]
        if let Some(fuse) = &self.fuse
            && !fuse.pass()?
        {
            self.write(commit).await?;
            return Err(Error::Closing);
        }
        self.write(commit).await
    }

    pub(super) async fn commit_and_tell(&self, commit: Commit, tell: &Tell) -> Result<Delivery> {
        #[cfg(feature = "testing")]
        if let Some(fuse) = &self.fuse
            && !fuse.pass()?
        {
            write_and_tell(&self.db, &Arc::new(encode(&commit)?), tell).await?;
            return Err(Error::Closing);
        }
        let commit = Arc::new(encode(&commit)?);
        let outcome = write_and_tell(&self.db, &commit, tell).await;
        self.note_room(&outcome);
        if outcome.is_ok() {
            count_end(&commit);
        }
        outcome
    }

    async fn write(&self, commit: Commit) -> Result<()> {
        let commit = Arc::new(encode(&commit)?);
        let (reply, answer) = oneshot::channel();
        let queue = if commit.moves_sums() { &self.sums } else { &self.steps };
        queue.send(Waiting { commit, reply }).await.map_err(|_| Error::Closing)?;
        answer.await.map_err(|_| Error::Closing)?
    }
}

fn note_room<T>(is_full: &AtomicBool, outcome: &Result<T>) {
    match outcome {
        Ok(_) => is_full.store(false, Ordering::Relaxed),
        Err(Error::Db(db::Error::Full(_))) => is_full.store(true, Ordering::Relaxed),
        Err(_) => {}
    }
}

async fn work(db: Db, mut inbox: mpsc::Receiver<Waiting>, is_full: Arc<AtomicBool>) {
    let mut gathered = Vec::with_capacity(MOST_AT_ONCE);
    while inbox.recv_many(&mut gathered, MOST_AT_ONCE).await > 0 {
        metrics::histogram!("bloxserver_commit_gathered").record(gathered.len() as f64);
        let (commits, replies): (Vec<_>, Vec<_>) =
            gathered.drain(..).map(|waiting| (waiting.commit, waiting.reply)).unzip();
        let began = Instant::now();
        let outcomes = write_all(&db, &commits).await;
        metrics::histogram!("bloxserver_commit_seconds").record(began.elapsed().as_secs_f64());
        outcomes.iter().for_each(|outcome| note_room(&is_full, outcome));
        for ((reply, outcome), commit) in replies.into_iter().zip(outcomes).zip(&commits) {
            if outcome.is_ok() {
                count_end(commit);
            }
            // Whoever does not wait any more learns it from the journal.
            let _ = reply.send(outcome);
        }
    }
}

fn count_end(commit: &Encoded) {
    if let Some((status, _)) = commit.end {
        metrics::counter!("bloxserver_executions_ended_total", "status" => status.as_str()).increment(1);
    }
}

/// Writes them together; when that fails, one by one, so that one bad commit harms only itself.
async fn write_all(db: &Db, commits: &[Arc<Encoded>]) -> Vec<Result<()>> {
    match write(db, commits).await {
        Ok(outcomes) => outcomes,
        Err(error) if commits.len() == 1 => vec![Err(error)],
        // One by one they would wait in vain, each as long as all together.
        Err(Error::Db(db::Error::Unavailable(reason))) => {
            let away = |_| Err(db::Error::Unavailable(reason.clone()).into());
            commits.iter().map(away).collect()
        }
        Err(error) => {
            tracing::warn!(%error, commits = commits.len(), "a gathered commit failed; writing one by one");
            let mut outcomes = Vec::with_capacity(commits.len());
            for commit in commits {
                let alone = write(db, std::slice::from_ref(commit)).await;
                outcomes.push(alone.and_then(|mut outcomes| outcomes.pop().unwrap_or(Ok(()))));
            }
            outcomes
        }
    }
}
