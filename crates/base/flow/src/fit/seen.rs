use std::collections::HashMap;
use std::sync::Arc;

use super::shape::Shape;
use crate::run::{Event, Ledger, Seq};

/// What an execution showed: of what kind its payloads were, by the listener.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub(super) trigger: Option<Shape>,
    pub(super) outputs: HashMap<Arc<str>, Shape>,
    /// One item of each list that was worked through.
    pub(super) items: HashMap<Arc<str>, Shape>,
}

impl Seen {
    /// Reads an execution's events from the first.
    ///
    /// `None` of a test of one listener: what came before it there is made up.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Option<Self> {
        let (mut seen, mut ledger, mut steps) = (Self::default(), Ledger::default(), HashMap::new());
        for (seq, event) in (0..).map(Seq).zip(events) {
            ledger.record(seq, event);
            let by = match event {
                Event::Started { test: Some(test), .. } if test.alone.is_some() => return None,
                Event::Started { payload, .. } => {
                    seen.trigger = Some(Shape::of_value(payload.json()));
                    continue;
                }
                Event::Scheduled { listener, .. }
                | Event::Listed { listener, .. }
                | Event::Delegated { listener, .. } => {
                    steps.insert(seq, Arc::clone(listener));
                    continue;
                }
                Event::Opened { list, .. } => {
                    if let Some(listener) = steps.get(list) {
                        seen.items.insert(Arc::clone(listener), Shape::of_value(ledger.payload(seq).json()));
                    }
                    continue;
                }
                Event::Passed { listener, .. } | Event::Merged { listener, .. } => Some(listener),
                Event::Finished { step, .. }
                | Event::Returned { step, .. }
                | Event::Gathered { list: step, .. } => steps.get(step),
                _ => None,
            };
            if let Some(listener) = by {
                seen.outputs.insert(Arc::clone(listener), Shape::of_value(ledger.payload(seq).json()));
            }
        }
        Some(seen)
    }
}
