//! A state on its way to disk and back, so that a long execution is not replayed from its first event.
//!
//! Events are the truth: any snapshot may be thrown away, and one of another version is. It holds what can still be
//! asked for: payloads that no message on its way descends from are left out.

use std::sync::Arc;

use super::stage::{Stage, Token};
use super::{Seq, State};

/// The form of a snapshot: to be raised with every change of what a state holds or means.
pub const SNAPSHOT_VERSION: u32 = 2;

impl State {
    /// The state as text, between two decisions.
    pub fn snapshot(&self) -> Option<String> {
        // Everything in it has a JSON.
        serde_json::to_string(&self.without_the_forgotten()).ok()
    }

    /// The state of a snapshot of this version.
    pub fn restore(snapshot: &str) -> Option<Self> {
        let mut state: Self = serde_json::from_str(snapshot).ok()?;
        let tokens: Vec<_> = state.tokens.keys().copied().collect();
        tokens.into_iter().for_each(|id| state.index(id));
        Some(state)
    }

    /// The same without payloads that nothing can ask for any more.
    pub(super) fn without_the_forgotten(&self) -> Self {
        Self { ledger: Arc::new(self.ledger.reachable(self.asked_for())), ..self.clone() }
    }

    /// The events whose payloads may be asked for directly.
    fn asked_for(&self) -> Vec<Seq> {
        let mut seqs: Vec<Seq> = self.end.iter().flat_map(|end| end.answer.clone()).collect();
        for (id, token) in &self.tokens {
            seqs.push(id.from);
            seqs.extend(named(token));
            seqs.extend(&token.opened);
        }
        for (seq, frame) in &self.frames {
            seqs.push(*seq);
            seqs.extend(frame.outputs.iter().chain(&frame.dead_ends));
        }
        seqs
    }
}

/// The events that a message's stage names.
fn named(token: &Token) -> Vec<Seq> {
    let mut seqs: Vec<Seq> = token.stage.name().into_iter().collect();
    match &token.stage {
        Stage::Each(list) => seqs.extend(list.results.iter().flatten().map(|result| result.answered)),
        Stage::Agent(agent) => seqs.extend(agent.turns.iter().map(|turn| turn.step)),
        _ => {}
    }
    seqs
}

/// Maps whose keys are no text, as lists of pairs.
pub(super) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Vec::<(K, V)>::deserialize(deserializer).map(BTreeMap::from_iter)
    }
}
