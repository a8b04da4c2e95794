use std::sync::Arc;

use crate::organism::{ListenerIndex, OnError, Organism};

/// The names of listeners, as events keep them.
pub(super) fn names(organism: &Organism, listeners: &[ListenerIndex]) -> Vec<Arc<str>> {
    listeners.iter().map(|index| Arc::clone(&organism.listener(*index).name)).collect()
}

/// Who receives `{error, input}` of a listener; `None` when its frame fails.
pub(super) fn on_error(organism: &Organism, at: ListenerIndex) -> Option<Vec<Arc<str>>> {
    let listener = organism.listener(at);
    match listener.on_error {
        OnError::Fail => None,
        OnError::Continue => Some(names(organism, &listener.next)),
        OnError::Listener(other) => Some(names(organism, &[other])),
    }
}
