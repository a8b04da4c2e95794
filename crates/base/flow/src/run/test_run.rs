use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Seq, State};
use crate::Payload;
use crate::organism::{ListenerIndex, Organism, Work};

/// What is different in an execution that only tries a flow out, or one listener of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestRun {
    /// Answers that stand in for the work of listeners, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: BTreeMap<Arc<str>, Payload>,
    /// The one listener that is run, with what is pinned as its past; the whole flow when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Arc<str>>,
}

impl Work {
    /// Whether a pinned answer can stand in for it: not where the message goes, or what the flow answers, is the work.
    pub fn can_be_pinned(&self) -> bool {
        !matches!(self, Self::Branch { .. } | Self::Merge(_) | Self::Output { .. })
    }
}

impl State {
    /// The answer that stands in for a listener's work.
    pub(super) fn pinned(&self, organism: &Organism, at: ListenerIndex) -> Option<&Payload> {
        let test = self.test.as_deref()?;
        let listener = organism.listener(at);
        // What is tested alone is really done.
        let is_alone = test.alone.as_ref() == Some(&listener.name);
        test.pins.get(&listener.name).filter(|_| !is_alone && listener.work.can_be_pinned())
    }

    /// Whether what a frame's listeners hand on goes nowhere: the root frame, when one listener is tested alone.
    pub(super) fn leads_nowhere(&self, frame: Seq) -> bool {
        frame == Seq(0) && self.test.as_ref().is_some_and(|test| test.alone.is_some())
    }
}
