use kit::Timestamp;
use kit::ids::NodeId;

use crate::{Journal, Result, sql};

impl Journal {
    /// Enters a process into the register of nodes.
    pub async fn add_node(&self, id: NodeId, version: &str, now: Timestamp) -> Result<()> {
        self.db().run(&sql::ADD_NODE, &db::params![id, version, now]).await?;
        Ok(())
    }

    /// Raises a node's counter: it is alive.
    pub async fn beat(&self, id: NodeId) -> Result<()> {
        self.db().run(&sql::BEAT, &db::params![id]).await?;
        Ok(())
    }

    /// Every node in the register with its counter.
    pub async fn nodes(&self) -> Result<Vec<(NodeId, i64)>> {
        let rows = self.db().all(&sql::NODES, &[]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// Takes a node that owns nothing any more out of the register.
    pub async fn remove_node(&self, id: NodeId) -> Result<()> {
        self.db().run(&sql::REMOVE_NODE, &db::params![id]).await?;
        Ok(())
    }
}
