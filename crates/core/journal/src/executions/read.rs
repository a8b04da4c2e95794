use std::io::Read;

use db::Row;
use flate2::read::DeflateDecoder;
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use super::{Execution, ExecutionStatus, Recorded, Stats, Waiting};
use crate::{Error, Journal, Page, Paged, Result, sql};

/// An event larger than this was not written by this room.
const MAX_EVENT_BYTES: u64 = 64 * 1024 * 1024;

impl Journal {
    /// An execution of an owner's flow.
    pub async fn execution(
        &self,
        owner: OwnerId,
        flow: FlowId,
        id: ExecutionId,
    ) -> Result<Option<Execution>> {
        let row = self.db().maybe(&sql::EXECUTION, &db::params![id, flow, owner]).await?;
        row.as_ref().map(execution).transpose()
    }

    /// The executions of an owner's flow, the newest first; in one status or in all.
    pub async fn executions(
        &self,
        owner: OwnerId,
        flow: FlowId,
        status: Option<ExecutionStatus>,
        page: Page,
    ) -> Result<Paged<Execution>> {
        let stats = self.stats(flow).await?;
        let (limit, offset) = (page.limit(), page.offset());
        let rows = match status {
            None => {
                let values = db::params![flow, owner, limit, offset];
                self.db().all(&sql::EXECUTION_PAGE, &values).await?
            }
            Some(status) => {
                let values = db::params![flow, owner, limit, offset, status.as_str()];
                self.db().all(&sql::EXECUTION_PAGE_IN_STATUS, &values).await?
            }
        };
        let total = stats.kept(status);
        Ok(Paged { items: rows.iter().map(execution).collect::<Result<_>>()?, total })
    }

    /// The finished executions of an owner's flow that started in a time, the oldest first; in one status or in all.
    pub async fn finished_executions(
        &self,
        (owner, flow): (OwnerId, FlowId),
        status: Option<ExecutionStatus>,
        (from, before): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ExecutionId>> {
        let status = status.map(|status| status.as_str().to_owned());
        let values = db::params![flow, owner, status, from, before, limit];
        let rows = self.db().all(&sql::FINISHED_EXECUTIONS, &values).await?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    }

    /// Sums over the executions of a flow; the caller knows that the flow is its own.
    pub async fn stats(&self, flow: FlowId) -> Result<Stats> {
        let Some(row) = self.db().maybe(&sql::COUNTS, &db::params![flow]).await? else {
            return Ok(Stats::default());
        };
        Ok(Stats {
            started: row.get(0)?,
            succeeded: row.get(1)?,
            failed: row.get(2)?,
            timed_out: row.get(3)?,
            duration_ms: row.get(4)?,
            last_at: Some(row.get(5)?),
            pruned: [row.get(6)?, row.get(7)?, row.get(8)?],
        })
    }

    /// The last snapshot of an execution, if there is one in that form.
    pub async fn snapshot(&self, id: ExecutionId, version: u32) -> Result<Option<String>> {
        let row = self.db().maybe(&sql::SNAPSHOT, &db::params![id, version]).await?;
        let deflated: Option<Vec<u8>> = row.map(|row| row.get(0)).transpose()?;
        // One that cannot be read is one that is not there.
        Ok(deflated.and_then(|deflated| inflate(&deflated).ok()))
    }

    /// The events of an execution from a seq on, in order; the caller knows that the execution is its own.
    pub async fn events(&self, id: ExecutionId, from_seq: u32, limit: u32) -> Result<Vec<Recorded>> {
        let rows = self.db().all(&sql::EVENTS, &db::params![id, from_seq, limit]).await?;
        rows.iter().map(|row| recorded(id, row)).collect()
    }
}

fn inflate(deflated: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    DeflateDecoder::new(deflated).take(MAX_EVENT_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

pub(super) fn execution(row: &Row) -> Result<Execution> {
    let unreadable = |column, expected| db::Error::Column { column, found: "another word", expected };
    let kind: String = row.get(5)?;
    let status: String = row.get(6)?;
    let waiting: Option<String> = row.get(11)?;
    let until = row.get(12)?;
    Ok(Execution {
        id: row.get(0)?,
        flow: row.get(1)?,
        owner: row.get(2)?,
        version: row.get(3)?,
        trigger: row.get(4)?,
        trigger_kind: kind.parse().map_err(|()| unreadable(5, "a trigger's type"))?,
        status: status.parse().map_err(|()| unreadable(6, "an execution's status"))?,
        error_code: row.get(7)?,
        error_message: row.get(8)?,
        started_at: row.get(9)?,
        completed_at: row.get(10)?,
        waiting: waiting.map(|kind| Waiting { kind, until }),
        epoch: row.get(13)?,
        node: row.get(17)?,
        last_seq: row.get(14)?,
        input_tokens: row.get(15)?,
        output_tokens: row.get(16)?,
    })
}

fn recorded(id: ExecutionId, row: &Row) -> Result<Recorded> {
    let seq: i64 = row.get(0)?;
    let unreadable = |reason: String| Error::Unreadable { execution: id.to_string(), seq, reason };
    let body = match (row.get::<Option<String>>(2)?, row.get::<Option<Vec<u8>>>(3)?) {
        (Some(body), _) => body,
        (None, Some(deflated)) => inflate(&deflated).map_err(|error| unreadable(error.to_string()))?,
        (None, None) => return Err(unreadable("its payload is missing".to_owned())),
    };
    let event = serde_json::from_str(&body).map_err(|error| unreadable(error.to_string()))?;
    Ok(Recorded { at: row.get(1)?, event })
}
