use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Event, Ledger, Seq, TokenId};
use crate::Payload;

/// What a listener had before it when it last took a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The message.
    pub input: Payload,
    /// The latest answers among the message's ancestors, by the listener.
    pub outputs: BTreeMap<Arc<str>, Payload>,
}

/// The past of a listener by an execution's events; `None` when it took no message.
pub fn past(events: &[Event], listener: &str) -> Option<Past> {
    let mut ledger = Ledger::default();
    let mut latest = None;
    for (seq, event) in (0..).map(Seq).zip(events) {
        ledger.record(seq, event);
        latest = taken(event).filter(|(_, name)| &***name == listener).map(|(token, _)| token).or(latest);
    }
    let token = latest?;
    let mut outputs = BTreeMap::new();
    ledger.ancestors(token.from, |name, payload| {
        outputs.entry(Arc::clone(name)).or_insert_with(|| payload.clone());
        false
    });
    Some(Past { input: ledger.input(token), outputs })
}

/// The message that a listener takes with an event.
fn taken(event: &Event) -> Option<(TokenId, &Arc<str>)> {
    match event {
        Event::Passed { token, listener, .. }
        | Event::Held { token, listener }
        | Event::Scheduled { token, listener, .. }
        | Event::Failed { token, listener, .. }
        | Event::Waiting { token, listener, .. }
        | Event::Listed { token, listener, .. }
        | Event::Delegated { token, listener, .. } => Some((*token, listener)),
        _ => None,
    }
}
