use kit::Timestamp;
use kit::ids::NodeId;

use crate::{Journal, Result, sql};

impl Journal {
    /// Enters a process into the register of nodes.
    pub async fn add_node(&self, id: NodeId, version: &str, now: Timestamp) -> Result<()> {
        self.db().run(&sql::ADD_NODE, &db::params![id, version, now]).await?;
        Ok(())
    }

    /// Raises a node's counter: it is alive. `false` when it is not in the register: others took it for dead.
    pub async fn beat(&self, id: NodeId) -> Result<bool> {
        Ok(self.db().run(&sql::BEAT, &db::params![id]).await? == 1)
    }

    /// Nodes that own executions and are not in the register.
    pub async fn unknown_nodes(&self) -> Result<Vec<NodeId>> {
        let rows = self.db().all(&sql::UNKNOWN_NODES, &[]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }

    /// Every node in the register with its counter.
    pub async fn nodes(&self) -> Result<Vec<(NodeId, i64)>> {
        let rows = self.db().all(&sql::NODES, &[]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// Takes a node out of the register: what it owns may be claimed from now on.
    pub async fn remove_node(&self, id: NodeId) -> Result<()> {
        self.db().run(&sql::REMOVE_NODE, &db::params![id]).await?;
        Ok(())
    }
}
