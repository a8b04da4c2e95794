use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId};

use crate::{Journal, Result, sql};

/// Something told to an execution from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Unique within the execution: of several with one id the first counts.
    pub command_id: String,
    /// The command, as JSON of the room above.
    pub body: String,
    /// Whether it ends the execution: then it waits for no turn.
    pub is_final: bool,
}

/// Where a letter went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// To the node that runs the execution.
    Running(NodeId),
    /// To nobody yet: the execution is due now, for whoever claims it.
    Due,
    /// Nowhere: a letter of that id was there before.
    Repeated,
    /// Nowhere: the execution is over, or there is none.
    Over,
}

impl Journal {
    /// Puts a letter into an execution's inbox; on disk when this returns.
    ///
    /// The execution's row is locked first, as a release does: whichever comes second sees what the other did, and
    /// no letter stays unread.
    pub async fn send(&self, execution: ExecutionId, letter: &Letter, now: Timestamp) -> Result<Delivery> {
        let mut tx = self.db().begin().await?;
        let Some(row) = tx.maybe(&sql::WAKE, &db::params![execution, now]).await? else {
            return Ok(Delivery::Over);
        };
        let values = db::params![execution, &letter.command_id, now, &letter.body, letter.is_final];
        if tx.run(&sql::ADD_LETTER, &values).await? == 0 {
            return Ok(Delivery::Repeated);
        }
        tx.commit().await?;
        Ok(row.get::<Option<NodeId>>(0)?.map_or(Delivery::Due, Delivery::Running))
    }

    /// Puts the same final letter into the inbox of every execution of a flow that nobody runs.
    pub async fn send_to_waiting(&self, flow: FlowId, letter: &Letter, now: Timestamp) -> Result<()> {
        let mut tx = self.db().begin().await?;
        tx.run(&sql::WAKE_WAITING, &db::params![flow, now]).await?;
        let values = db::params![flow, &letter.command_id, now, &letter.body];
        tx.run(&sql::ADD_LETTERS_TO_WAITING, &values).await?;
        Ok(tx.commit().await?)
    }

    /// The ids and bodies of what an execution has not taken yet, the oldest first.
    pub async fn letters(&self, execution: ExecutionId) -> Result<Vec<(String, String)>> {
        let rows = self.db().all(&sql::LETTERS, &db::params![execution]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// The executions of a node that have something to take: for the look behind the signals.
    pub async fn inboxes_of(&self, node: NodeId) -> Result<Vec<ExecutionId>> {
        let rows = self.db().all(&sql::INBOXES_OF_NODE, &db::params![node]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }

    /// The executions of a flow that nodes run.
    pub async fn running_of_flow(&self, flow: FlowId) -> Result<Vec<ExecutionId>> {
        let rows = self.db().all(&sql::LEASED_OF_FLOW, &db::params![flow]).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }
}
