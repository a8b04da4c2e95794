//! Requests that are on their way: the same one is asked once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{CacheKey, Kept};

/// What is being asked just now.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<CacheKey, watch::Receiver<Option<Kept>>>>);

/// What a request is to do.
#[derive(Debug)]
pub(crate) enum Role {
    /// Ask, and tell the others.
    Lead(Lead),
    /// Wait for who asks.
    Follow(watch::Receiver<Option<Kept>>),
}

/// The duty to tell; dropped without a word, each of the others asks for itself.
#[derive(Debug)]
pub(crate) struct Lead {
    flights: Arc<Flights>,
    key: CacheKey,
    sender: watch::Sender<Option<Kept>>,
}

impl Flights {
    pub(crate) fn join(self: &Arc<Self>, key: CacheKey) -> Role {
        let mut flights = self.lock();
        if let Some(receiver) = flights.get(&key) {
            return Role::Follow(receiver.clone());
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(key, receiver);
        Role::Lead(Lead { flights: Arc::clone(self), key, sender })
    }

    /// The answer of who leads; none when it failed or may not be shared.
    pub(crate) async fn wait(mut receiver: watch::Receiver<Option<Kept>>) -> Option<Kept> {
        receiver.wait_for(Option::is_some).await.ok()?.clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CacheKey, watch::Receiver<Option<Kept>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lead {
    /// Gives the answer to everybody who waits.
    pub(crate) fn tell(self, kept: Kept) {
        self.sender.send_replace(Some(kept));
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_others_get_the_answer_of_who_leads_or_none() {
        let flights = Arc::new(Flights::default());
        let Role::Lead(lead) = flights.join([1; 32]) else { panic!("somebody is before the first") };
        let Role::Follow(follower) = flights.join([1; 32]) else { panic!("two lead") };
        lead.tell(Kept { body: "a".into(), model: String::new(), provider: String::new() });
        assert_eq!(Flights::wait(follower).await.unwrap().body, "a");

        let Role::Lead(lead) = flights.join([1; 32]) else { panic!("the first is still there") };
        let Role::Follow(follower) = flights.join([1; 32]) else { panic!("two lead") };
        drop(lead);
        assert!(Flights::wait(follower).await.is_none());
    }
}
