use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use db::{Db, Op};
use tokio::sync::{mpsc, oneshot};

use super::Record;
use crate::price::Prices;
use crate::sql;

/// Records written at once.
const MOST_AT_ONCE: usize = 512;
/// Records that may wait; when the database is away for longer, the newest are lost, and the log says so.
const QUEUE: usize = 65_536;
/// Between two writes: what a crash may lose, and how often a busy server syncs the disk for this.
const PACE: Duration = Duration::from_millis(250);
const PACE_AFTER_FAILURE: Duration = Duration::from_millis(1_000);

/// The task that writes what calls came to.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    queue: mpsc::Sender<Job>,
    lost: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Job {
    Keep(Box<Record>),
    Flush(oneshot::Sender<()>),
}

impl Recorder {
    pub(crate) fn start(db: Db, prices: Prices) -> Self {
        let (queue, inbox) = mpsc::channel(QUEUE);
        tokio::spawn(work(db, prices, inbox));
        Self { queue, lost: Arc::default() }
    }

    /// Hands a record over; never waits.
    pub(crate) fn keep(&self, record: Record) {
        if self.queue.try_send(Job::Keep(Box::new(record))).is_err() {
            metrics::counter!("bloxserver_llm_records_lost_total").increment(1);
            // The first of many says enough.
            if self.lost.fetch_add(1, Ordering::Relaxed) == 0 {
                tracing::error!("records of model calls are lost: the database cannot keep up, or is away");
            }
        }
    }

    /// Waits until everything handed over before is on disk, or cannot be written.
    pub(crate) async fn flush(&self) {
        let (sender, done) = oneshot::channel();
        if self.queue.send(Job::Flush(sender)).await.is_ok() {
            // A recorder that ended has nothing left to write.
            let _ = done.await;
        }
    }
}

async fn work(db: Db, prices: Prices, mut inbox: mpsc::Receiver<Job>) {
    let mut jobs = Vec::new();
    let mut records: Vec<Record> = Vec::new();
    // All that wait are taken: what comes in a quarter of a second is written in one go, however much it is.
    while inbox.recv_many(&mut jobs, QUEUE).await > 0 {
        let mut waiting = Vec::new();
        for job in jobs.drain(..) {
            match job {
                Job::Keep(record) => records.push(priced(*record, &prices)),
                Job::Flush(sender) => waiting.push(sender),
            }
        }
        let is_written = write(&db, &mut records).await;
        let is_flush = !waiting.is_empty();
        for sender in waiting {
            let _ = sender.send(());
        }
        if !is_flush {
            tokio::time::sleep(if is_written { PACE } else { PACE_AFTER_FAILURE }).await;
        }
    }
    // Whoever is closing waits for what came last.
    write(&db, &mut records).await;
}

/// Writes all of them; what cannot be written stays for the next time.
async fn write(db: &Db, records: &mut Vec<Record>) -> bool {
    while !records.is_empty() {
        let some = &records[..records.len().min(MOST_AT_ONCE)];
        let rows = some.iter().map(Record::values).collect();
        if let Err(error) = db.transact(vec![Op::Batch(&sql::ADD_CALLS, rows)]).await {
            tracing::warn!(%error, records = records.len(), "records of model calls are not written yet");
            records.truncate(QUEUE);
            return false;
        }
        records.drain(..records.len().min(MOST_AT_ONCE));
    }
    true
}

fn priced(mut record: Record, prices: &Prices) -> Record {
    if record.cost_nano.is_none() && !record.provider.is_empty() {
        record.cost_nano = prices.cost(&record.provider, &record.model, &record.usage, record.at);
    }
    record
}
