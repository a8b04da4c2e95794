//! What a node holds on the shared server: renewed as long as the node lives, ended in the background.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use db::{Script, Shared};
use futures::future::join_all;
use tokio::sync::{mpsc, oneshot};

static RENEW: Script = Script::new("RENEW", include_str!("renew.lua"));

/// Told at a time.
const MOST_AT_ONCE: usize = 256;
/// Ends that could not be told wait for the server to come back; more than so many are given up: leases end by themselves,
/// and what was spent is in the records.
const MOST_WAITING: usize = 10_000;
/// How long a clean stop waits for the last of them.
const FLUSH: Duration = Duration::from_secs(2);

/// A lease by its key, and whose it is.
type Lease = (String, String);

/// Something that is held; dropped, it ends as if nothing had been used.
#[derive(Debug)]
pub(crate) struct Holding {
    keeper: Keeper,
    script: &'static Script,
    keys: Vec<String>,
    leases: Vec<String>,
    id: String,
    is_over: bool,
}

/// Renews and ends what this node holds.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    ends: mpsc::UnboundedSender<Told>,
    held: Arc<Mutex<HashSet<Lease>>>,
}

#[derive(Debug)]
enum Told {
    End { script: &'static Script, keys: Vec<String>, values: [String; 2] },
    Flush(oneshot::Sender<()>),
}

impl Keeper {
    pub(super) fn start(shared: Shared, lease_ms: i64) -> Self {
        let (ends, inbox) = mpsc::unbounded_channel();
        let held = Arc::<Mutex<HashSet<Lease>>>::default();
        tokio::spawn(work(shared, inbox, Arc::clone(&held), lease_ms));
        Self { ends, held }
    }

    /// Holds something from now on, which ends with that script.
    pub(super) fn hold(
        &self,
        (script, keys): (&'static Script, Vec<String>),
        leases: Vec<String>,
        id: String,
    ) -> Holding {
        lock(&self.held).extend(leases.iter().map(|key| (key.clone(), id.clone())));
        Holding { keeper: self.clone(), script, keys, leases, id, is_over: false }
    }

    pub(super) async fn flush(&self) {
        let (done, told) = oneshot::channel();
        if self.ends.send(Told::Flush(done)).is_ok() {
            // What takes longer is not waited for: its lease ends.
            let _ = tokio::time::timeout(FLUSH, told).await;
        }
    }
}

impl Holding {
    /// Ends it with what it came to.
    pub(super) fn end(mut self, value: String) {
        self.tell(value);
    }

    fn tell(&mut self, value: String) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let mut held = lock(&self.keeper.held);
        for key in std::mem::take(&mut self.leases) {
            held.remove(&(key, self.id.clone()));
        }
        drop(held);
        let values = [std::mem::take(&mut self.id), value];
        // Closed with the process.
        let _ = self.keeper.ends.send(Told::End {
            script: self.script,
            keys: std::mem::take(&mut self.keys),
            values,
        });
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.tell("0".to_owned());
    }
}

async fn work(
    shared: Shared,
    mut inbox: mpsc::UnboundedReceiver<Told>,
    held: Arc<Mutex<HashSet<Lease>>>,
    lease_ms: i64,
) {
    let mut ticks =
        tokio::time::interval(Duration::from_millis(u64::try_from(lease_ms / 3).unwrap_or(1).max(1)));
    let (mut waiting, mut told) = (Vec::new(), Vec::new());
    loop {
        tokio::select! {
            count = inbox.recv_many(&mut told, MOST_AT_ONCE) => {
                if count == 0 {
                    return;
                }
                waiting = tell_all(&shared, waiting.into_iter().chain(told.drain(..)).collect()).await;
            }
            _ = ticks.tick() => {
                renew(&shared, &held, lease_ms).await;
                waiting = tell_all(&shared, waiting).await;
            }
        }
    }
}

/// Tells what has ended; answers what could not be told yet.
async fn tell_all(shared: &Shared, all: Vec<Told>) -> Vec<Told> {
    let mut left = Vec::new();
    let mut flushed = Vec::new();
    let told = all.into_iter().filter_map(|told| match told {
        Told::End { script, keys, values } => Some(async move {
            let is_told = shared.is_up() && shared.run(script, &keys, &values).await.is_ok();
            (!is_told).then_some(Told::End { script, keys, values })
        }),
        Told::Flush(done) => {
            flushed.push(done);
            None
        }
    });
    left.extend(join_all(told).await.into_iter().flatten());
    left.truncate(MOST_WAITING);
    for done in flushed {
        // Who has left does not wait.
        let _ = done.send(());
    }
    left
}

async fn renew(shared: &Shared, held: &Mutex<HashSet<Lease>>, lease_ms: i64) {
    let leases: Vec<Lease> = lock(held).iter().cloned().collect();
    for some in leases.chunks(MOST_AT_ONCE) {
        let keys: Vec<String> = some.iter().map(|(key, _)| key.clone()).collect();
        let ids = some.iter().map(|(_, id)| id.clone());
        let values: Vec<String> = std::iter::once(lease_ms.to_string()).chain(ids).collect();
        if shared.run(&RENEW, &keys, &values).await.is_err() {
            return;
        }
    }
}

fn lock(held: &Mutex<HashSet<Lease>>) -> MutexGuard<'_, HashSet<Lease>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
