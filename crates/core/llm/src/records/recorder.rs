use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use db::{Db, Op};
use kit::{Kind, Problem};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::Instant;

use super::Record;
use crate::price::Prices;
use crate::sql;

/// Records written at once.
const MOST_AT_ONCE: usize = 512;
/// Records priced and laid out in one go; what else this thread has to do comes between two of them.
const BITE: usize = 32;
/// Records that may wait; when the database is away for longer, the newest are lost, and the log says so.
const QUEUE: usize = 65_536;
/// Between two writes: what a crash may lose, and how often a busy server syncs the disk for this.
const PACE: Duration = Duration::from_millis(250);
/// Sooner when so many wait: what waits takes memory, and much at once takes the core from calls.
const ENOUGH: usize = 1_024;
/// How often that is looked at.
const GLANCE: Duration = Duration::from_millis(10);
const PACE_AFTER_FAILURE: Duration = Duration::from_millis(1_000);

/// The task that writes what calls came to.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    queue: mpsc::Sender<Job>,
    hurry: Arc<Notify>,
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
        let hurry = Arc::<Notify>::default();
        tokio::spawn(work(db, prices, inbox, Arc::clone(&hurry)));
        Self { queue, hurry, lost: Arc::default() }
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
            self.hurry.notify_one();
            // A recorder that ended has nothing left to write.
            let _ = done.await;
        }
    }
}

async fn work(db: Db, prices: Prices, mut inbox: mpsc::Receiver<Job>, hurry: Arc<Notify>) {
    let mut jobs = Vec::new();
    let mut records: Vec<Record> = Vec::new();
    let mut is_table_read = false;
    // All that wait are taken: what comes in a quarter of a second is written in one go, however much it is.
    while inbox.recv_many(&mut jobs, QUEUE).await > 0 {
        if !std::mem::replace(&mut is_table_read, true) {
            // It takes a moment, once: not from the calls.
            let _ = tokio::task::spawn_blocking(Prices::read_table).await;
        }
        let mut waiting = Vec::new();
        for job in jobs.drain(..) {
            match job {
                Job::Keep(record) => records.push(*record),
                Job::Flush(sender) => waiting.push(sender),
            }
        }
        let is_written = write(&db, &prices, &mut records).await;
        let is_flush = !waiting.is_empty();
        for sender in waiting {
            let _ = sender.send(());
        }
        match (is_flush, is_written) {
            (true, _) => {}
            (false, true) => pause(&inbox, &hurry).await,
            (false, false) => tokio::time::sleep(PACE_AFTER_FAILURE).await,
        }
    }
    // Whoever is closing waits for what came last.
    write(&db, &prices, &mut records).await;
}

/// Lets records come together, though not too many, and not while somebody waits for them.
async fn pause(inbox: &mpsc::Receiver<Job>, hurry: &Notify) {
    let until = Instant::now() + PACE;
    while inbox.len() < ENOUGH && Instant::now() < until {
        if tokio::time::timeout(GLANCE, hurry.notified()).await.is_ok() {
            return;
        }
    }
}

/// Writes all of them; what cannot be written stays for the next time.
async fn write(db: &Db, prices: &Prices, records: &mut Vec<Record>) -> bool {
    while !records.is_empty() {
        let many = records.len().min(MOST_AT_ONCE);
        let mut rows = Vec::with_capacity(many);
        for some in records[..many].chunks_mut(BITE) {
            some.iter_mut().for_each(|record| price(record, prices));
            rows.extend(some.iter().map(Record::values));
            tokio::task::yield_now().await;
        }
        match db.transact(vec![Op::Batch(&sql::ADD_CALLS, rows)]).await {
            Ok(_) => {}
            Err(error) if error.kind() == Kind::Unavailable => {
                tracing::warn!(%error, records = records.len(), "records of model calls are not written yet");
                drop_beyond_the_queue(records);
                return false;
            }
            // One that the database will never take must not hold up those of everybody else.
            Err(_) => {
                let done = write_each(db, &records[..many]).await;
                if done < many {
                    records.drain(..done);
                    return false;
                }
            }
        }
        records.drain(..many);
    }
    true
}

/// Writes them one by one, but for those that the database does not take; answers how many were dealt with before it was
/// away.
async fn write_each(db: &Db, records: &[Record]) -> usize {
    for (done, record) in records.iter().enumerate() {
        match db.transact(vec![Op::Batch(&sql::ADD_CALLS, vec![record.values()])]).await {
            Ok(_) => {}
            Err(error) if error.kind() == Kind::Unavailable => return done,
            Err(error) => {
                metrics::counter!("bloxserver_llm_records_lost_total").increment(1);
                tracing::error!(%error, "the record of a model call is lost: the database does not take it");
            }
        }
    }
    records.len()
}

fn drop_beyond_the_queue(records: &mut Vec<Record>) {
    let lost = records.len().saturating_sub(QUEUE);
    if lost > 0 {
        metrics::counter!("bloxserver_llm_records_lost_total").increment(lost as u64);
        tracing::error!(lost, "records of model calls are lost: the database is away for too long");
        records.truncate(QUEUE);
    }
}

fn price(record: &mut Record, prices: &Prices) {
    if record.cost_nano.is_none() && !record.provider.is_empty() {
        record.cost_nano = prices.cost(&record.provider, &record.model, &record.usage, record.at);
    }
}
