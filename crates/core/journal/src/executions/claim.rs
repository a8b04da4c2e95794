use kit::Timestamp;
use kit::ids::NodeId;

use super::{Execution, read::execution};
use crate::{Journal, Result, sql};

impl Journal {
    /// Takes executions that are due and owned by nobody, or by the given dead node; raises their epoch.
    ///
    /// Two nodes that claim at once never get the same execution at the same epoch.
    pub async fn claim(
        &self,
        node: NodeId,
        dead: Option<NodeId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Execution>> {
        let rows = self.db().returning(&sql::CLAIM, &db::params![node, now, dead, limit]).await?;
        rows.iter().map(execution).collect()
    }

    /// When the next execution that nobody owns falls due.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>> {
        Ok(self.db().one(&sql::NEXT_WAKE, &[]).await?.get(0)?)
    }
}
