//! Requests that are on their way: the same one is asked once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{CacheKey, Kept};

/// What is being asked just now.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<CacheKey, watch::Receiver<Told>>>);

/// What who leads has told the others.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    /// Nothing yet.
    Nothing,
    /// The answer.
    Answer(Kept),
    /// That there is an answer which is not for them: each asks for itself.
    NotShared,
}

/// What a request is to do.
#[derive(Debug)]
pub(crate) enum Role {
    /// Ask, and tell the others.
    Lead(Lead),
    /// Wait for who asks.
    Follow(watch::Receiver<Told>),
}

/// The duty to tell; dropped without a word, one of the others leads.
#[derive(Debug)]
pub(crate) struct Lead {
    flights: Arc<Flights>,
    key: CacheKey,
    sender: watch::Sender<Told>,
}

impl Flights {
    pub(crate) fn join(self: &Arc<Self>, key: CacheKey) -> Role {
        let mut flights = self.lock();
        if let Some(receiver) = flights.get(&key) {
            return Role::Follow(receiver.clone());
        }
        let (sender, receiver) = watch::channel(Told::Nothing);
        flights.insert(key, receiver);
        Role::Lead(Lead { flights: Arc::clone(self), key, sender })
    }

    /// What who leads tells; nothing when it failed.
    pub(crate) async fn wait(mut receiver: watch::Receiver<Told>) -> Told {
        let told = receiver.wait_for(|told| !matches!(told, Told::Nothing)).await;
        told.map_or(Told::Nothing, |told| told.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CacheKey, watch::Receiver<Told>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lead {
    /// Gives the answer to everybody who waits.
    pub(crate) fn tell(self, kept: Kept) {
        self.sender.send_replace(Told::Answer(kept));
    }

    /// Says that there is an answer which may not be given to others.
    pub(crate) fn keep_to_itself(self) {
        self.sender.send_replace(Told::NotShared);
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
    async fn the_others_are_told_the_answer_or_that_it_is_not_theirs_or_nothing() {
        let flights = Arc::new(Flights::default());
        let pair = || {
            let Role::Lead(lead) = flights.join([1; 32]) else { panic!("somebody is before the first") };
            let Role::Follow(follower) = flights.join([1; 32]) else { panic!("two lead") };
            (lead, follower)
        };
        let (lead, follower) = pair();
        lead.tell(Kept { body: "a".into(), model: String::new(), provider: String::new() });
        assert!(matches!(Flights::wait(follower).await, Told::Answer(kept) if kept.body == "a"));
        let (lead, follower) = pair();
        lead.keep_to_itself();
        assert!(matches!(Flights::wait(follower).await, Told::NotShared));
        let (lead, follower) = pair();
        drop(lead);
        assert!(matches!(Flights::wait(follower).await, Told::Nothing));
    }
}
