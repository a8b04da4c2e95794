use db::Row;
use kit::ids::{FlowId, OwnerId};

use super::{Flow, FlowStatus, FlowSummary, LastExecution};
use crate::{Journal, Page, Paged, Result, Waiting, sql};

impl Journal {
    /// An owner's flow.
    pub async fn flow(&self, owner: OwnerId, id: FlowId) -> Result<Option<Flow>> {
        let row = self.db().maybe(&sql::FLOW, &db::params![id, owner]).await?;
        row.as_ref().map(flow).transpose()
    }

    /// All flows in a status, whoever owns them: for the engine's start.
    pub async fn flows_in_status(&self, status: FlowStatus) -> Result<Vec<Flow>> {
        let rows = self.db().all(&sql::FLOWS_IN_STATUS, &db::params![status.as_str()]).await?;
        rows.iter().map(flow).collect()
    }

    /// An owner's flows, the last changed first.
    pub async fn flows(&self, owner: OwnerId, page: Page) -> Result<Paged<FlowSummary>> {
        let total = self.db().maybe(&sql::FLOW_COUNT, &db::params![owner]).await?;
        let total = total.map(|row| row.get::<u64>(0)).transpose()?.unwrap_or(0);
        let rows = self.db().all(&sql::FLOW_PAGE, &db::params![owner, page.limit(), page.offset()]).await?;
        let items = rows.iter().map(summary).collect::<Result<_>>()?;
        Ok(Paged { items, total })
    }
}

fn summary(row: &Row) -> Result<FlowSummary> {
    Ok(FlowSummary {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        status: status(row, 3)?,
        updated_at: row.get(4)?,
        last_execution: last_execution(row)?,
    })
}

fn last_execution(row: &Row) -> Result<Option<LastExecution>> {
    let Some(id) = row.get(5)? else { return Ok(None) };
    let status: String = row.get(6)?;
    let unknown = db::Error::Column { column: 6, found: "another word", expected: "an execution's status" };
    let status = status.parse().map_err(|()| unknown)?;
    let waiting: Option<String> = row.get(9)?;
    let until = row.get(10)?;
    Ok(Some(LastExecution {
        id,
        status,
        started_at: row.get(7)?,
        completed_at: row.get(8)?,
        waiting: waiting.map(|kind| Waiting { kind, until }),
    }))
}

fn flow(row: &Row) -> Result<Flow> {
    let canvas: Option<String> = row.get(5)?;
    Ok(Flow {
        id: row.get(0)?,
        owner: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        organism_yaml: row.get(4)?,
        canvas_state: canvas.and_then(|text| serde_json::from_str(&text).ok()),
        status: status(row, 6)?,
        node: row.get(7)?,
        error_message: row.get(8)?,
        version: row.get(9)?,
        revision: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        concurrency: row.get(13)?,
    })
}

fn status(row: &Row, column: usize) -> Result<FlowStatus> {
    let word: String = row.get(column)?;
    let unknown = db::Error::Column { column, found: "another word", expected: "a flow's status" };
    word.parse().map_err(|()| unknown.into())
}
