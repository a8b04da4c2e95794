use db::Row;
use flow::run::{Seq, Verdict};
use kit::ids::{ApprovalId, ExecutionId, FlowId, OwnerId};

use super::{Approval, ApprovalStatus};
use crate::{Journal, Page, Paged, Result, sql};

/// Which questions of an owner are looked for; all when nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApprovalFilter {
    /// Those of one flow.
    pub flow: Option<FlowId>,
    /// Those of one execution.
    pub execution: Option<ExecutionId>,
    /// Those that stand so.
    pub status: Option<ApprovalStatus>,
}

impl Journal {
    /// What an owner's executions ask or have asked, the newest first.
    pub async fn approvals(
        &self,
        owner: OwnerId,
        filter: ApprovalFilter,
        page: Page,
    ) -> Result<Paged<Approval>> {
        // An empty text is any.
        let flow = filter.flow.map(|id| id.to_string()).unwrap_or_default();
        let execution = filter.execution.map(|id| id.to_string()).unwrap_or_default();
        let status = filter.status.map_or("", ApprovalStatus::as_str);
        let mut values = db::params![owner, flow, execution, status].to_vec();
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
