use flow::run::Verdict;
use kit::Timestamp;
use kit::ids::{ExecutionId, NodeId};

use super::Approval;
use crate::{Delivery, Journal, Letter, Result, sql};

/// What somebody says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Yes or no.
    pub verdict: Verdict,
    /// Who; nobody when the deadline decided.
    pub by: Option<String>,
    /// Why.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is the first one, on disk, and told to the execution.
    Told(Delivery),
    /// Another came first, or nobody has to decide any more.
    TooLate,
}

impl Journal {
    /// Writes the first decision of a question and tells the execution, in one transaction; on disk when this returns.
    pub async fn decide_approval(
        &self,
        approval: &Approval,
        word: &Word,
        letter: &Letter,
    ) -> Result<Decided> {
        let mut tx = self.db().begin().await?;
        let Some(row) = tx.maybe(&sql::WAKE, &db::params![approval.execution, word.at]).await? else {
            drop(tx);
            self.close_approvals(approval.execution).await?;
            return Ok(Decided::TooLate);
        };
        let (by, comment) = (word.by.clone(), word.comment.clone());
        let values = db::params![approval.id, word.verdict.as_str(), by, word.at, comment];
        if tx.run(&sql::DECIDE_APPROVAL, &values).await? == 0 {
            return Ok(Decided::TooLate);
        }
        let values =
            db::params![approval.execution, &letter.command_id, word.at, &letter.body, letter.is_final];
        if tx.run(&sql::ADD_LETTER, &values).await? == 0 {
            return Ok(Decided::TooLate);
        }
        tx.commit().await?;
        let node = row.get::<Option<NodeId>>(0)?;
        Ok(Decided::Told(node.map_or(Delivery::Due, Delivery::Running)))
    }

    /// Nobody has to decide what an execution has asked: it is over.
    pub async fn close_approvals(&self, execution: ExecutionId) -> Result<()> {
        self.db().run(&sql::CLOSE_APPROVALS, &db::params![execution]).await?;
        Ok(())
    }
}
