use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Seq, TokenId};

/// One call: the root frame, a tool's, or an item's.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Frame {
    /// Who waits for it; `None` for the root.
    pub(super) caller: Option<Caller>,
    pub(super) depth: u32,
    pub(super) steps: u32,
    pub(super) outputs: Vec<Seq>,
    pub(super) dead_ends: Vec<Seq>,
    /// Its messages.
    pub(super) tokens: BTreeSet<TokenId>,
    /// Those that stand at a merge, oldest first.
    pub(super) held: BTreeSet<(Seq, TokenId)>,
}

/// The message that waits for a frame's answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Caller {
    pub(super) token: TokenId,
    pub(super) place: Place,
}

/// Which answer of its caller's a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Place {
    /// A call of an agent: the turn's seq and the call's place in it.
    Call(Seq, u16),
    /// An item of a list, counted from 0.
    Item(u32),
}
