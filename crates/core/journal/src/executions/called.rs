use kit::ids::{ExecutionId, FlowId, OwnerId};

use crate::{Journal, Result, sql};

impl Journal {
    /// Whether there is an execution of that id.
    pub async fn is_there(&self, id: ExecutionId) -> Result<bool> {
        Ok(self.db().maybe(&sql::EXECUTION_IS_THERE, &db::params![id]).await?.is_some())
    }

    /// The flows of an owner that are called so: at most two, which is one too many.
    pub async fn flows_named(&self, owner: OwnerId, name: &str) -> Result<Vec<FlowId>> {
        let rows = self.db().all(&sql::FLOWS_NAMED, &db::params![owner, name]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }

    /// Executions that run though the one that called them is over: nobody waits for them.
    pub async fn left_behind(&self, limit: u32) -> Result<Vec<ExecutionId>> {
        let rows = self.db().all(&sql::LEFT_BEHIND, &db::params![limit]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }
}
