use db::Row;
use flow::run::{Seq, Verdict};
use kit::Timestamp;
use kit::ids::{ApprovalId, ExecutionId, FlowId, OwnerId};

use super::{Approval, ApprovalStatus};
use crate::holds::holds;
use crate::{Journal, Page, Paged, Result, sql};

/// Which questions of an owner are looked for; all when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApprovalFilter {
    /// Those of one flow.
    pub flow: Option<FlowId>,
    /// Those of one execution.
    pub execution: Option<ExecutionId>,
    /// Those that stand so.
    pub status: Option<ApprovalStatus>,
    /// Those that this listener asks.
    pub listener: Option<String>,
    /// Those that were asked then or later.
    pub asked_from: Option<Timestamp>,
    /// Those that were asked before.
    pub asked_before: Option<Timestamp>,
    /// Those whose deadline is before; one without a deadline never is.
    pub due_before: Option<Timestamp>,
    /// Those whose message, listener or flow's name holds this text, in any case of the letters a to z.
    pub text: Option<String>,
}

impl Journal {
    /// What an owner's executions ask or have asked, the newest first.
    pub async fn approvals(
        &self,
        owner: OwnerId,
        filter: &ApprovalFilter,
        page: Page,
    ) -> Result<Paged<Approval>> {
        let mut values = db::params![owner].to_vec();
        values.extend(filter.values());
        let total = self.db().one(&sql::APPROVAL_COUNT, &values).await?.get(0)?;
        values.extend(db::params![page.limit(), page.offset()]);
        let rows = self.db().all(&sql::APPROVAL_PAGE, &values).await?;
        Ok(Paged { items: rows.iter().map(approval).collect::<Result<_>>()?, total })
    }

    /// A question by its id, whoever owns it.
    pub async fn approval(&self, id: ApprovalId) -> Result<Option<Approval>> {
        let row = self.db().maybe(&sql::APPROVAL, &db::params![id]).await?;
        row.as_ref().map(approval).transpose()
    }
}

impl ApprovalFilter {
    /// As the statements take it; an empty text is any.
    fn values(&self) -> [db::Value; 9] {
        let ever = Timestamp::from_millis(i64::MAX);
        let [text, small] = holds(self.text.as_deref());
        db::params![
            self.flow.map(|id| id.to_string()).unwrap_or_default(),
            self.execution.map(|id| id.to_string()).unwrap_or_default(),
            self.status.map_or("", ApprovalStatus::as_str),
            self.listener.clone().unwrap_or_default(),
            self.asked_from.unwrap_or_default(),
            self.asked_before.unwrap_or(ever),
            self.due_before.unwrap_or(ever),
            text,
            small
        ]
    }
}

fn approval(row: &Row) -> Result<Approval> {
    let unreadable = |column, expected| db::Error::Column { column, found: "another word", expected };
    let verdict = |column, word: &str| match word {
        "approve" => Ok(Verdict::Approve),
        "reject" => Ok(Verdict::Reject),
        _ => Err(unreadable(column, "approve or reject")),
    };
    let (fallback, status): (String, String) = (row.get(8)?, row.get(11)?);
    let decision: Option<String> = row.get(12)?;
    Ok(Approval {
        id: row.get(0)?,
        execution: row.get(1)?,
        wait: Seq(row.get(2)?),
        owner: row.get(3)?,
        flow: row.get(4)?,
        flow_name: row.get(5)?,
        listener: row.get(6)?,
        message: row.get(7)?,
        default: verdict(8, &fallback)?,
        asked_at: row.get(9)?,
        deadline: row.get(10)?,
        status: match status.as_str() {
            "pending" => ApprovalStatus::Pending,
            "decided" => ApprovalStatus::Decided,
            "closed" => ApprovalStatus::Closed,
            _ => return Err(unreadable(11, "the status of an approval").into()),
        },
        decision: decision.map(|word| verdict(12, &word)).transpose()?,
        decided_by: row.get(13)?,
        decided_at: row.get(14)?,
        comment: row.get(15)?,
    })
}
