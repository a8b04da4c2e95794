//! Who leads to whom, as the text has it.

use std::collections::HashMap;
use std::fmt;

use crate::organism::yaml::{Kind, Node};

/// The id of the node that stands for whatever starts the flow.
pub(crate) const TRIGGER: &str = "trigger";

/// The type of a node that is a comment on the canvas, and no listener.
pub(super) const NOTE: &str = "note";

/// Where on a node an edge begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Handle {
    Next,
    Peer,
    /// By its place in `cases`, from 0.
    Case(usize),
    Otherwise,
    Error,
    /// Who begins the work for an item of an `each`.
    Do,
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("next"),
            Self::Peer => f.write_str("peer"),
            Self::Case(number) => write!(f, "case-{number}"),
            Self::Otherwise => f.write_str("otherwise"),
            Self::Error => f.write_str("error"),
            Self::Do => f.write_str("do"),
        }
    }
}

impl Handle {
    /// The handle of an edge; one without a word leaves by `next`, or a branch by `otherwise`.
    pub(super) fn read(word: Option<&str>, is_branch: bool) -> Option<Self> {
        match word {
            None if is_branch => Some(Self::Otherwise),
            None | Some("next") => Some(Self::Next),
            Some("peer") => Some(Self::Peer),
            Some("otherwise") => Some(Self::Otherwise),
            Some("error") => Some(Self::Error),
            Some("do") => Some(Self::Do),
            Some(other) => other.strip_prefix("case-")?.parse().ok().map(Self::Case),
        }
    }
}

/// The listeners of a text.
pub(crate) struct Listeners<'n> {
    /// Those that have a name, in the order of the text; of two with one name, the first.
    pub(crate) nodes: Vec<(&'n str, &'n Node)>,
    index: HashMap<&'n str, usize>,
    is_legacy: bool,
}

impl<'n> Listeners<'n> {
    pub(crate) fn of(root: &'n Node) -> Self {
        let items = root.get("listeners").map(Node::items).unwrap_or_default();
        let mut listeners = Self { nodes: Vec::new(), index: HashMap::new(), is_legacy: false };
        for item in items {
            listeners.is_legacy |= item.get("payload_class").is_some();
            let Some(name) = item.get("name").and_then(Node::text) else { continue };
            if !name.is_empty() && name != TRIGGER && !listeners.index.contains_key(name) {
                listeners.index.insert(name, listeners.nodes.len());
                listeners.nodes.push((name, item));
            }
        }
        listeners
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'n Node> {
        self.index.get(name).map(|at| self.nodes[*at].1)
    }

    /// The listener that the trigger leads to.
    pub(crate) fn entry(&self, root: &Node) -> Option<&'n str> {
        let named = root.get("organism").and_then(|organism| organism.get("entry")).and_then(Node::text);
        match named {
            Some(name) => self.index.get(name).map(|at| self.nodes[*at].0),
            None => self.nodes.first().map(|(name, _)| *name),
        }
    }

    /// The key that holds the names behind a handle of that listener, and the map it stands in.
    pub(super) fn holder(&self, listener: &'n Node, handle: Handle) -> Option<(&'n Node, &'static str)> {
        Some(match handle {
            // Files of v2.1 hand over by the `peers` of listeners that are no agents.
            Handle::Next if self.is_legacy && !is_agent(listener) && listener.get("next").is_none() => {
                (listener, "peers")
            }
            Handle::Next => (listener, "next"),
            Handle::Peer => (listener, "peers"),
            Handle::Case(number) => (listener.get("cases")?.items().get(number)?, "next"),
            Handle::Otherwise => (listener, "otherwise"),
            Handle::Error => (listener, "on_error"),
            Handle::Do => (listener.get("config").filter(|_| is_each(listener))?, "do"),
        })
    }

    /// The handles a listener has in the text, whether something stands there or not.
    pub(crate) fn handles(listener: &Node) -> Vec<Handle> {
        let cases = listener.get("cases").map_or(0, |cases| cases.items().len());
        let plain = [Handle::Next, Handle::Peer, Handle::Otherwise, Handle::Error, Handle::Do];
        (0..cases).map(Handle::Case).chain(plain).collect()
    }

    /// The existing listeners behind a handle, each once.
    pub(crate) fn targets(&self, listener: &'n Node, handle: Handle) -> Vec<&'n str> {
        let is_agent = is_agent(listener);
        if handle == Handle::Peer && !is_agent && self.is_legacy {
            return Vec::new();
        }
        let Some((map, key)) = self.holder(listener, handle) else { return Vec::new() };
        let mut targets = Vec::new();
        for (name, _) in map.get(key).map(Node::names).unwrap_or_default() {
            if self.has(name) && !targets.contains(&name) {
                targets.push(name);
            }
        }
        targets
    }
}

pub(super) fn is_each(listener: &Node) -> bool {
    listener.get("handler").and_then(Node::text) == Some("each")
}

pub(crate) fn is_agent(listener: &Node) -> bool {
    let flag = listener.get("agent").is_some_and(|agent| matches!(agent.kind, Kind::Bool(true)));
    flag || listener.get("handler").and_then(Node::text) == Some("agent")
}
