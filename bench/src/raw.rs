use std::time::Duration;

use anyhow::Result;
use db::{Db, Settings};
use futures::future::try_join_all;
use journal::{ExecutionStatus, Journal, Progress};
use tokio::time::Instant;

use crate::database::Database;
use crate::past::Template;

/// Executions a commit.
const A_COMMIT: usize = 64;

/// How many executions a second the journal alone writes, 64 a commit, with the events that the flow made.
///
/// On one thread the 64 of a group are all handed over before the committer looks: its commits are theirs.
pub(crate) async fn executions_per_second(database: &Database, duration: Duration) -> Result<f64> {
    let settings = database.settings()?;
    let work = move || -> Result<f64> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(write(&settings, duration))
    };
    tokio::task::spawn_blocking(work).await?
}

async fn write(settings: &Settings, duration: Duration) -> Result<f64> {
    let db = Db::open(settings, false).await?;
    let journal = Journal::new(db.clone());
    let template = Template::read(&db, &journal).await?;
    let start = Instant::now();
    let until = start + duration;
    // One group is made while the other is written.
    let (one, other) =
        tokio::try_join!(groups(&journal, &template, until), groups(&journal, &template, until))?;
    Ok((one + other) as f64 / start.elapsed().as_secs_f64())
}

async fn groups(journal: &Journal, template: &Template, until: Instant) -> Result<usize> {
    let mut written = 0;
    while Instant::now() < until {
        let now = template.now();
        let ended = || Progress::Ended { status: ExecutionStatus::Success, error: None, at: now.plus_ms(1) };
        let commits = (0..A_COMMIT).map(|_| journal.commit(template.commit(now, ended())));
        written += try_join_all(commits).await?.len();
    }
    Ok(written)
}
