use std::sync::Arc;

use db::Db;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Commit;
use super::encode::{Encoded, encode};
use super::write::write;
use crate::{Error, Result};

/// Commits written at once; more wait for the next one.
const MOST_AT_ONCE: usize = 256;
/// Commits that may wait; whoever comes then waits to wait.
const QUEUE: usize = 4_096;

/// The task that writes what is ready while the last commit was on its way.
#[derive(Clone, Debug)]
pub(crate) struct Committer {
    queue: mpsc::Sender<Waiting>,
    #[cfg(feature = "testing")]
    fuse: Option<Arc<super::fuse::Fuse>>,
}

#[derive(Debug)]
struct Waiting {
    commit: Arc<Encoded>,
    reply: oneshot::Sender<Result<()>>,
}

impl Committer {
    pub(crate) fn start(db: Db) -> Self {
        let (queue, inbox) = mpsc::channel(QUEUE);
        tokio::spawn(work(db, inbox));
        Self {
            queue,
            #[cfg(feature = "testing")]
            fuse: None,
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn with_fuse(self, fuse: Arc<super::fuse::Fuse>) -> Self {
        Self { fuse: Some(fuse), ..self }
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

    async fn write(&self, commit: Commit) -> Result<()> {
        let commit = Arc::new(encode(&commit)?);
        let (reply, answer) = oneshot::channel();
        self.queue.send(Waiting { commit, reply }).await.map_err(|_| Error::Closing)?;
        answer.await.map_err(|_| Error::Closing)?
    }
}

async fn work(db: Db, mut inbox: mpsc::Receiver<Waiting>) {
    let mut gathered = Vec::with_capacity(MOST_AT_ONCE);
    while inbox.recv_many(&mut gathered, MOST_AT_ONCE).await > 0 {
        metrics::histogram!("bloxserver_commit_gathered").record(gathered.len() as f64);
        let (commits, replies): (Vec<_>, Vec<_>) =
            gathered.drain(..).map(|waiting| (waiting.commit, waiting.reply)).unzip();
        let began = Instant::now();
        let outcomes = write_all(&db, &commits).await;
        metrics::histogram!("bloxserver_commit_seconds").record(began.elapsed().as_secs_f64());
        for ((reply, outcome), commit) in replies.into_iter().zip(outcomes).zip(&commits) {
            if let (Ok(()), Some((status, _))) = (&outcome, commit.end) {
                metrics::counter!("bloxserver_executions_ended_total", "status" => status.as_str())
                    .increment(1);
            }
            // Whoever does not wait any more learns it from the journal.
            let _ = reply.send(outcome);
        }
    }
}

/// Writes them together; when that fails, one by one, so that one bad commit harms only itself.
async fn write_all(db: &Db, commits: &[Arc<Encoded>]) -> Vec<Result<()>> {
    match write(db, commits).await {
        Ok(outcomes) => outcomes,
        Err(error) if commits.len() == 1 => vec![Err(error)],
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
