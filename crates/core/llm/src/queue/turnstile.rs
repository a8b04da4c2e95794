//! The places at one provider, and the lines before it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kit::Timestamp;
use tokio::sync::oneshot;

use super::Pressure;
use crate::Tier;

/// Lets so many in at once; a line a tier, served by weight.
#[derive(Debug)]
pub(crate) struct Turnstile {
    pub(crate) places: usize,
    pressure: Arc<Pressure>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: usize,
    lines: [VecDeque<Waiting>; Tier::ALL.len()],
    /// How often each line may still be served before the others have had their share.
    credits: [u32; Tier::ALL.len()],
}

#[derive(Debug)]
struct Waiting {
    since: Timestamp,
    sender: oneshot::Sender<Seat>,
}

/// A place; dropped, it goes to who waits.
#[derive(Debug)]
pub(crate) struct Seat(Arc<Turnstile>);

impl Turnstile {
    pub(crate) fn new(places: usize, pressure: Arc<Pressure>) -> Arc<Self> {
        Arc::new(Self { places, pressure, state: Mutex::default() })
    }

    /// A place, if one is free and nobody waits for it.
    pub(crate) fn try_enter(self: &Arc<Self>) -> Option<Seat> {
        let mut state = self.lock();
        (state.taken < self.places && state.is_nobody_waiting()).then(|| {
            state.taken += 1;
            Seat(Arc::clone(self))
        })
    }

    /// A place as soon as it is this call's turn; none when the time is over.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        tier: Tier,
        now: Timestamp,
        patience_ms: u64,
    ) -> Option<Seat> {
        let receiver = {
            let mut state = self.lock();
            if state.taken < self.places {
                state.taken += 1;
                return Some(Seat(Arc::clone(self)));
            }
            let (sender, receiver) = oneshot::channel();
            state.lines[tier as usize].push_back(Waiting { since: now, sender });
            receiver
        };
        let waiting = &self.pressure.waiting[tier as usize];
        waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Counted(waiting);
        tokio::time::timeout(Duration::from_millis(patience_ms), receiver).await.ok()?.ok()
    }

    /// Calls on their way, those that wait, and since when the first of them does.
    pub(crate) fn look(&self) -> (usize, usize, Option<Timestamp>) {
        let state = self.lock();
        let waiting = || state.lines.iter().flatten().filter(|waiting| !waiting.sender.is_closed());
        (state.taken, waiting().count(), waiting().map(|waiting| waiting.since).min())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_nobody_waiting(&self) -> bool {
        self.lines.iter().all(VecDeque::is_empty)
    }

    /// Whose turn it is: weighted round robin over the lines that are not empty, the dearest tier first.
    fn next(&mut self) -> Option<Waiting> {
        for _ in 0..2 {
            for at in (0..self.lines.len()).rev() {
                if self.credits[at] == 0 {
                    continue;
                }
                // Who has left since does not keep the others waiting.
                while let Some(waiting) = self.lines[at].pop_front() {
                    if !waiting.sender.is_closed() {
                        self.credits[at] -= 1;
                        return Some(waiting);
                    }
                }
            }
            self.credits = Tier::ALL.map(Tier::weight);
        }
        None
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        let Some(waiting) = state.next() else {
            state.taken -= 1;
            return;
        };
        drop(state);
        // If its receiver left in this very moment, the seat comes back and drops in turn.
        let _ = waiting.sender.send(Seat(Arc::clone(&self.0)));
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[tokio::test(start_paused = true)]
    async fn the_tiers_share_by_weight_and_nobody_starves() {
        let turnstile = Turnstile::new(1, Arc::default());
        let first = turnstile.enter(Tier::Free, NOW, 1_000).await.unwrap();
        let (served, mut order) = tokio::sync::mpsc::unbounded_channel();
        for tier in Tier::ALL {
            for _ in 0..30 {
                let (turnstile, served) = (Arc::clone(&turnstile), served.clone());
                tokio::spawn(async move {
                    let seat = turnstile.enter(tier, NOW, 60_000).await.unwrap();
                    served.send(tier).unwrap();
                    drop(seat);
                });
            }
        }
        drop(served);
        while turnstile.look().1 < 120 {
            tokio::task::yield_now().await;
        }
        drop(first);
        let mut first_round = Vec::new();
        while first_round.len() < 29 {
            first_round.push(order.recv().await.unwrap());
        }
        let count = |tier| first_round.iter().filter(|one| **one == tier).count();
        assert_eq!(Tier::ALL.map(count), [1, 4, 8, 16]);
        while order.recv().await.is_some() {}
        assert_eq!(turnstile.look(), (0, 0, None));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_leaves_and_takes_no_place() {
        let pressure = Arc::<Pressure>::default();
        let turnstile = Turnstile::new(1, Arc::clone(&pressure));
        let seat = turnstile.try_enter().unwrap();
        assert!(turnstile.try_enter().is_none());
        assert!(turnstile.enter(Tier::Pro, NOW, 50).await.is_none());
        assert_eq!(pressure.waiting(), 0);
        drop(seat);
        assert!(turnstile.try_enter().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_who_leaves_the_line_is_passed_over() {
        let turnstile = Turnstile::new(1, Arc::default());
        let seat = turnstile.try_enter().unwrap();
        let leaving = {
            let turnstile = Arc::clone(&turnstile);
            tokio::spawn(async move { turnstile.enter(Tier::Pro, NOW, 60_000).await })
        };
        tokio::task::yield_now().await;
        leaving.abort();
        let _ = leaving.await;
        let staying = {
            let turnstile = Arc::clone(&turnstile);
            tokio::spawn(async move { turnstile.enter(Tier::Free, NOW, 60_000).await.is_some() })
        };
        tokio::task::yield_now().await;
        drop(seat);
        assert!(staying.await.unwrap());
        assert_eq!(turnstile.look().0, 0);
    }
}
