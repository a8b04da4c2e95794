use flow::run::{Command, Verdict};
use journal::{Approval, ApprovalStatus, Decided, Word};
use kit::Timestamp;
use kit::ids::{ApprovalId, OwnerId};

use crate::running::letter;
use crate::{Engine, Error, Result};

/// A decision needs a moment to reach the disk: so long before its deadline a question is closed.
const CLOSES_EARLY_MS: i64 = 1_000;

/// What a person says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub verdict: Verdict,
    /// Who says it.
    pub by: String,
    /// Why.
    pub comment: Option<String>,
}

impl Engine {
    /// Decides what an owner's execution asks; on disk when this returns. The first decision counts.
    ///
    /// Fails with `Decided` when another came first or the deadline has.
    pub async fn decide(&self, owner: OwnerId, id: ApprovalId, decision: Decision) -> Result<Approval> {
        let approval = self.approval(owner, id).await?;
        self.decide_on(approval, decision).await
    }

    pub(super) async fn decide_on(&self, approval: Approval, decision: Decision) -> Result<Approval> {
        let at = self.now();
        if approval.status != ApprovalStatus::Pending || is_late(&approval, at) {
            return Err(Error::Decided(Box::new(approval)));
        }
        let Decision { verdict, by, comment } = decision;
        let word = Word { verdict, by: Some(by), comment, at };
        let (by, comment) = (word.by.clone(), word.comment.clone());
        let command = Command::Resolve { wait: approval.wait, verdict, by, comment };
        let letter = letter(&format!("approval-{}", approval.wait.0), &command);
        let decided = self.journal().decide_approval(&approval, &word, &letter).await?;
        let now = self.journal().approval(approval.id).await?.ok_or(Error::NotFound("approval"))?;
        match decided {
            Decided::Told(delivery) => {
                self.call(approval.execution, delivery);
                Ok(now)
            }
            Decided::TooLate => Err(Error::Decided(Box::new(now))),
        }
    }
}

fn is_late(approval: &Approval, now: Timestamp) -> bool {
    approval.deadline.is_some_and(|deadline| deadline.since_ms(now) <= CLOSES_EARLY_MS)
}
