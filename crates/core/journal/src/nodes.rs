use std::str::FromStr;

use kit::Timestamp;
use kit::ids::NodeId;

use crate::{Journal, Result, sql};

/// The words for how a node counts.
const SHARED: &str = "shared";
const OWN: &str = "own";

/// A running process, as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: NodeId,
    /// A counter that it raises as long as it is alive.
    pub beat: i64,
    /// The program's version.
    pub version: String,
    /// When it entered the register.
    pub started_at: Timestamp,
    /// When it last raised its counter, by its own clock; absent where an old version does not say it.
    pub beat_at: Option<Timestamp>,
    /// What it says of itself.
    pub state: NodeState,
    /// How many executions it drives.
    pub executions: u32,
    /// Where it is reached, if its operator has said it.
    pub address: Option<String>,
    /// Whether it counts limits together with others, and not by itself.
    pub shares_counters: bool,
}

/// What a node says of itself with every beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeState {
    /// It takes work.
    Ready,
    /// It takes no more work and is about to leave.
    Draining,
}

impl Journal {
    /// Enters a process into the register of nodes.
    pub async fn add_node(
        &self,
        id: NodeId,
        (version, address): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<()> {
        let values = db::params![id, version, now, address.map(str::to_owned)];
        self.db().run(&sql::ADD_NODE, &values).await?;
        Ok(())
    }

    /// Raises a node's counter: it is alive. `false` when it is not in the register: others took it for dead.
    pub async fn beat(&self, id: NodeId, state: NodeState, executions: u32, now: Timestamp) -> Result<bool> {
        let values = db::params![id, now, state.as_str(), executions];
        let raised = self.db().run(&sql::BEAT, &values).await.map_err(Into::into);
        self.committer().note_room(&raised);
        Ok(raised? == 1)
    }

    /// Notes whether a node counts limits together with others.
    pub async fn note_counters(&self, id: NodeId, is_shared: bool) -> Result<()> {
        let word = if is_shared { SHARED } else { OWN };
        self.db().run(&sql::NOTE_COUNTERS, &db::params![id, word]).await?;
        Ok(())
    }

    /// Nodes that own executions and are not in the register.
    pub async fn unknown_nodes(&self) -> Result<Vec<NodeId>> {
        let rows = self.db().all(&sql::UNKNOWN_NODES, &[]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }

    /// Every node in the register, the longest running first.
    pub async fn nodes(&self) -> Result<Vec<Node>> {
        let rows = self.db().all(&sql::NODES, &[]).await?;
        let node = |row: &db::Row| {
            Ok(Node {
                id: row.get(0)?,
                beat: row.get(1)?,
                version: row.get(2)?,
                started_at: row.get(3)?,
                beat_at: row.get(4)?,
                // A word of a newer version says at least that the node is there.
                state: row.get::<String>(5)?.parse().unwrap_or(NodeState::Ready),
                executions: row.get(6)?,
                address: row.get(7)?,
                shares_counters: row.get::<String>(8)? == SHARED,
            })
        };
        rows.iter().map(node).collect()
    }

    /// Takes a node out of the register: what it owns may be claimed from now on.
    pub async fn remove_node(&self, id: NodeId) -> Result<()> {
        self.db().run(&sql::REMOVE_NODE, &db::params![id]).await?;
        Ok(())
    }
}

impl NodeState {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Draining => "draining",
        }
    }
}

impl FromStr for NodeState {
    type Err = ();

    fn from_str(word: &str) -> std::result::Result<Self, ()> {
        [Self::Ready, Self::Draining].into_iter().find(|state| state.as_str() == word).ok_or(())
    }
}
