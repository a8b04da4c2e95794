//! What models say while they say it: for whoever listens now, and for no record.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flow::run::Seq;
use kit::ids::ExecutionId;
use serde::Serialize;
use tokio::sync::broadcast;

/// Pieces that a listener may be behind; whoever is further behind misses some, and reads the whole in the record.
const BEHIND: usize = 1_024;

/// A piece of a text that a model writes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Spoken {
    /// The step that asks the model.
    pub step: Seq,
    /// The listener.
    pub listener: Arc<str>,
    /// Which attempt of the step; what earlier ones said is void.
    pub attempt: u32,
    /// Whether this is the first piece of an attempt after the first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
    /// What comes next.
    pub text: String,
}

/// Who listens to which executions on this node.
#[derive(Debug, Default)]
pub(crate) struct Voices(Mutex<HashMap<ExecutionId, broadcast::Sender<Spoken>>>);

/// A listener to one execution; gone, nobody is told any more.
pub struct Hearing {
    voices: Arc<Voices>,
    execution: ExecutionId,
    spoken: broadcast::Receiver<Spoken>,
    /// What was received and belongs to another step.
    ahead: Option<Spoken>,
}

/// The voice of one attempt of a step.
#[derive(Clone)]
pub struct Voice(Option<Arc<Speaking>>);

struct Speaking {
    to: broadcast::Sender<Spoken>,
    step: Seq,
    listener: Arc<str>,
    attempt: u32,
    has_begun: AtomicBool,
}

impl Voices {
    /// Listens to an execution from now on.
    pub(crate) fn hear(self: &Arc<Self>, execution: ExecutionId) -> Hearing {
        let mut voices = self.lock();
        let to = voices.entry(execution).or_insert_with(|| broadcast::channel(BEHIND).0);
        let spoken = to.subscribe();
        Hearing { voices: Arc::clone(self), execution, spoken, ahead: None }
    }

    /// The voice of an attempt: a silent one when nobody listens.
    pub(super) fn of(
        &self,
        execution: ExecutionId,
        (step, listener, attempt): (Seq, Arc<str>, u32),
    ) -> Voice {
        let speaking = |to: &broadcast::Sender<Spoken>| {
            let has_begun = false.into();
            Arc::new(Speaking { to: to.clone(), step, listener, attempt, has_begun })
        };
        Voice(self.lock().get(&execution).map(speaking))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, broadcast::Sender<Spoken>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hearing {
    /// The next piece; what is there already joins it, so that a slow listener gets fewer and larger ones.
    pub async fn next(&mut self) -> Spoken {
        let mut piece = match self.ahead.take() {
            Some(piece) => piece,
            None => self.receive().await,
        };
        while let Ok(next) = self.spoken.try_recv() {
            if (next.step, next.attempt) != (piece.step, piece.attempt) {
                self.ahead = Some(next);
                break;
            }
            piece.text.push_str(&next.text);
        }
        piece
    }

    async fn receive(&mut self) -> Spoken {
        loop {
            match self.spoken.recv().await {
                Ok(piece) => return piece,
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                // The sender stays as long as somebody listens.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        let mut voices = self.voices.lock();
        // This one is still counted.
        if voices.get(&self.execution).is_some_and(|to| to.receiver_count() <= 1) {
            voices.remove(&self.execution);
        }
    }
}

impl Voice {
    /// A voice that nobody hears.
    pub fn silent() -> Self {
        Self(None)
    }

    /// Whether somebody listens: then it is worth asking for an answer in pieces.
    pub fn is_heard(&self) -> bool {
        self.0.is_some()
    }

    /// Says what comes next.
    pub fn say(&self, text: &str) {
        let Some(speaking) = &self.0 else { return };
        let has_begun = speaking.has_begun.swap(true, Ordering::Relaxed);
        let piece = Spoken {
            step: speaking.step,
            listener: Arc::clone(&speaking.listener),
            attempt: speaking.attempt,
            restart: !has_begun && speaking.attempt > 1,
            text: text.to_owned(),
        };
        // Whoever listened may have gone.
        let _ = speaking.to.send(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXECUTION: ExecutionId = ExecutionId::from_u128(1);

    fn voice(voices: &Voices, attempt: u32) -> Voice {
        voices.of(EXECUTION, (Seq(3), Arc::from("clerk"), attempt))
    }

    #[tokio::test]
    async fn a_slow_listener_gets_fewer_and_larger_pieces_and_hears_of_a_new_attempt() {
        let voices = Arc::<Voices>::default();
        let mut hearing = voices.hear(EXECUTION);
        let (first, second) = (voice(&voices, 1), voice(&voices, 2));
        ["a", "b"].into_iter().for_each(|text| first.say(text));
        ["c", "d"].into_iter().for_each(|text| second.say(text));
        let told = hearing.next().await;
        assert_eq!((told.text.as_str(), told.attempt, told.restart), ("ab", 1, false));
        let told = hearing.next().await;
        assert_eq!((told.text.as_str(), told.attempt, told.restart), ("cd", 2, true));
    }

    #[tokio::test]
    async fn who_is_not_heard_says_nothing_and_who_left_is_forgotten() {
        let voices = Arc::<Voices>::default();
        assert!(!voice(&voices, 1).is_heard());
        let (one, two) = (voices.hear(EXECUTION), voices.hear(EXECUTION));
        drop(one);
        assert!(voice(&voices, 1).is_heard());
        drop(two);
        assert!(!voice(&voices, 1).is_heard() && voices.lock().is_empty());
    }
}
