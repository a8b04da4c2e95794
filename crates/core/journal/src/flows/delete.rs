use db::Op;

use super::Flow;
use crate::{Journal, Result, sql};

impl Journal {
    /// Deletes a flow with its versions, triggers and executions; `false` when it has changed meanwhile.
    ///
    /// It is gone at once. What its executions remember, which may be very much, goes with [`Journal::clear_remains`].
    pub async fn delete_flow(&self, flow: &Flow) -> Result<bool> {
        let mut tx = self.db().begin().await?;
        let values = db::params![flow.id, flow.owner, flow.revision];
        if tx.run(&sql::DELETE_FLOW, &values).await? == 0 {
            return Ok(false);
        }
        let id = || db::params![flow.id].to_vec();
        tx.script(vec![
            Op::Run(&sql::NOTE_FLOW_REMAINS, id()),
            Op::Run(&sql::DELETE_FLOW_APPROVALS, id()),
            Op::Run(&sql::DELETE_FLOW_EXECUTIONS, id()),
            Op::Run(&sql::DELETE_FLOW_COUNTS, id()),
            Op::Run(&sql::DELETE_FLOW_HOURS, id()),
            Op::Run(&sql::DELETE_FLOW_KV, id()),
            Op::Run(&sql::DELETE_FLOW_ALERTS, db::params![flow.id, flow.owner].to_vec()),
            Op::Run(&sql::UNCOUNT_FLOW, db::params![flow.owner].to_vec()),
        ])
        .await?;
        tx.commit().await?;
        Ok(true)
    }
}
