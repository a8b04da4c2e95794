use std::sync::Arc;

use db::{Db, Op};
use kit::Timestamp;
use kit::ids::{ExecutionId, NodeId};

use super::encode::Encoded;
use super::write::{appends, monthly, moves, shared};
use crate::{Delivery, Error, Letter, Result, sql};

/// What an execution tells another one with its last commit.
#[derive(Debug, Clone)]
pub struct Tell {
    /// Whom.
    pub execution: ExecutionId,
    /// What.
    pub letter: Letter,
    /// When.
    pub at: Timestamp,
}

/// Writes a commit and a letter in one transaction of their own; answers where the letter went.
///
/// The row of whoever is told is locked first, then that of the execution: callers before what they call, so that no two
/// of these lock each other out.
pub(super) async fn write_and_tell(db: &Db, commit: &Arc<Encoded>, tell: &Tell) -> Result<Delivery> {
    let Tell { execution, letter, at } = tell;
    let one = std::slice::from_ref(commit);
    let mut tx = db.begin().await?;
    let told = tx.maybe(&sql::WAKE, &db::params![*execution, *at]).await?;
    if tx.batch(&sql::MOVE_EXECUTIONS, moves(one)).await?.is_empty() {
        return Err(Error::StaleEpoch);
    }
    let delivery = match told {
        None => Delivery::Over,
        Some(row) => {
            let values = db::params![*execution, &letter.command_id, *at, &letter.body, letter.is_final];
            match tx.run(&sql::ADD_LETTER, &values).await? {
                0 => Delivery::Repeated,
                _ => row.get::<Option<NodeId>>(0)?.map_or(Delivery::Due, Delivery::Running),
            }
        }
    };
    let accepted = [&**commit];
    let mut ops = appends(&accepted);
    ops.push(Op::Batch(&sql::COUNT_RUNS, monthly(one)));
    ops.extend(shared(&accepted));
    tx.script(ops).await?;
    tx.commit().await?;
    Ok(delivery)
}
