use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use kit::Timestamp;
use kit::ids::{FlowId, OwnerId};
use tokio::sync::oneshot;

use super::turns::Turns;

/// The places in which handlers may be called at the same time on this node.
///
/// A free place goes to the least recently served owner, then to that owner's least recently served flow, then to
/// what has been due longest: the flood of one flow does not delay another's single run.
#[derive(Debug, Clone)]
pub(crate) struct Slots(Arc<Mutex<Inner>>);

/// Who asks for a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    pub(super) owner: OwnerId,
    pub(super) flow: FlowId,
    /// Since when it could run.
    pub(super) due: Timestamp,
}

/// A place; free again when this is dropped.
#[derive(Debug)]
pub(super) struct Slot(Slots);

#[derive(Debug)]
struct Inner {
    free: usize,
    asked: u64,
    turns: Turns,
    waiting: HashMap<OwnerId, HashMap<FlowId, Line>>,
}

/// The askers of one flow, in order.
type Line = BTreeMap<(Timestamp, u64), oneshot::Sender<Slot>>;

impl Slots {
    pub(crate) fn new(most: usize) -> Self {
        let (turns, waiting) = (Turns::default(), HashMap::new());
        Self(Arc::new(Mutex::new(Inner { free: most, asked: 0, turns, waiting })))
    }

    /// Waits for a place.
    pub(super) async fn enter(&self, asker: Asker) -> Slot {
        loop {
            let place = {
                let mut inner = self.lock();
                if inner.free > 0 && inner.waiting.is_empty() {
                    inner.free -= 1;
                    inner.turns.serve(asker.owner, asker.flow);
                    return Slot(self.clone());
                }
                inner.stand(asker)
            };
            // The other end is dropped only without a place: then there is another round.
            if let Ok(slot) = place.await {
                return slot;
            }
        }
    }

    /// Gives free places to those whose turn it is.
    fn hand_out(&self) {
        loop {
            let next = {
                let mut inner = self.lock();
                if inner.free == 0 {
                    return;
                }
                let Some(next) = inner.next() else { return };
                inner.free -= 1;
                next
            };
            // Somebody who has gone away gives the place back by dropping it, outside the lock.
            drop(next.send(Slot(self.clone())));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn stand(&mut self, asker: Asker) -> oneshot::Receiver<Slot> {
        let (sender, place) = oneshot::channel();
        self.asked += 1;
        let line = self.waiting.entry(asker.owner).or_default().entry(asker.flow).or_default();
        line.insert((asker.due, self.asked), sender);
        place
    }

    /// Takes the one whose turn it is out of its line; those who have gone away are passed over.
    fn next(&mut self) -> Option<oneshot::Sender<Slot>> {
        loop {
            let (turns, waiting) = (&self.turns, &self.waiting);
            let lines =
                waiting.iter().flat_map(|(owner, flows)| flows.keys().map(move |flow| (*owner, *flow)));
            let (owner, flow) = lines.min_by_key(|(owner, flow)| turns.place(*owner, *flow))?;
            let flows = self.waiting.get_mut(&owner)?;
            let line = flows.get_mut(&flow)?;
            let first = line.pop_first();
            if line.is_empty() {
                flows.remove(&flow);
            }
            if flows.is_empty() {
                self.waiting.remove(&owner);
            }
            match first {
                Some((_, sender)) if !sender.is_closed() => {
                    self.turns.serve(owner, flow);
                    return Some(sender);
                }
                _ => {}
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.lock().free += 1;
        self.0.hand_out();
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use kit::Sources;

    use super::*;

    fn asker(sources: &Sources) -> Asker {
        Asker { owner: sources.id(), flow: sources.id(), due: Timestamp::from_millis(0) }
    }

    #[tokio::test]
    async fn one_run_of_another_owner_comes_next_however_many_wait() {
        let (slots, sources) = (Slots::new(1), Sources::system());
        let (flood, single) = (asker(&sources), asker(&sources));
        let first = slots.enter(flood).await;
        let (told, mut served) = tokio::sync::mpsc::unbounded_channel();
        for n in 0..100 {
            let (slots, told, asker) = (slots.clone(), told.clone(), if n == 99 { single } else { flood });
            tokio::spawn(async move {
                let slot = slots.enter(asker).await;
                told.send(asker.owner).unwrap();
                drop(slot);
            });
            // Each stands in line before the next one asks.
            tokio::task::yield_now().await;
        }
        drop(first);
        let mut order = Vec::new();
        for _ in 0..100 {
            order.push(served.recv().await.unwrap());
        }
        assert_eq!(order.iter().position(|owner| *owner == single.owner), Some(0));
    }

    #[tokio::test]
    async fn who_goes_away_leaves_no_place_taken() {
        let (slots, sources) = (Slots::new(1), Sources::system());
        let first = slots.enter(asker(&sources)).await;
        {
            let mut gone = pin!(slots.enter(asker(&sources)));
            assert!(matches!(gone.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
        }
        drop(first);
        let again = slots.enter(asker(&sources)).await;
        assert_eq!(slots.lock().free, 0);
        drop(again);
        assert_eq!(slots.lock().free, 1);
    }
}
