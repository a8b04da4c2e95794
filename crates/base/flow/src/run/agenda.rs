use std::collections::BTreeSet;

use super::{Seq, TokenId};

/// What has changed since everything was settled, so that settling looks at nothing else.
///
/// After a whole decision it is empty; after a replay it holds what the events touched, and settling that decides
/// nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Agenda {
    /// Agents and lists that got an answer.
    pub(super) tokens: BTreeSet<TokenId>,
    /// Frames whose messages came, went or were held.
    pub(super) frames: BTreeSet<Seq>,
}
