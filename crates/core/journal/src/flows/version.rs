use db::{Row, Tx};
use kit::Timestamp;
use kit::ids::{FlowId, OwnerId, VersionId};

use crate::{Journal, Page, Paged, Result, sql};

/// One text of a flow that executions ran or may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// Counted from 1.
    pub number: i64,
    /// The text.
    pub organism_yaml: String,
    /// When it was saved.
    pub created_at: Timestamp,
}

/// A version in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSummary {
    /// Its id.
    pub id: VersionId,
    /// Counted from 1.
    pub number: i64,
    /// When it was saved.
    pub created_at: Timestamp,
}

impl Journal {
    /// The version of a flow with that text: the last one when it has it, else a new one.
    pub async fn version_of(
        &self,
        flow: FlowId,
        text: &str,
        new: VersionId,
        now: Timestamp,
    ) -> Result<Version> {
        let mut tx = self.db().begin().await?;
        let version = keep_version(&mut tx, flow, text, (new, now)).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// A version of an owner's flow by its number.
    pub async fn version_numbered(
        &self,
        owner: OwnerId,
        flow: FlowId,
        number: i64,
    ) -> Result<Option<Version>> {
        let row = self.db().maybe(&sql::VERSION_NUMBERED, &db::params![flow, owner, number]).await?;
        row.as_ref().map(version).transpose()
    }

    /// The versions of an owner's flow, the newest first.
    pub async fn versions(&self, owner: OwnerId, flow: FlowId, page: Page) -> Result<Paged<VersionSummary>> {
        let total = self.db().maybe(&sql::VERSION_COUNT, &db::params![flow, owner]).await?;
        let total = total.map(|row| row.get::<u64>(0)).transpose()?.unwrap_or(0);
        let values = db::params![flow, owner, page.limit(), page.offset()];
        let rows = self.db().all(&sql::VERSION_PAGE, &values).await?;
        let summary =
            |row: &Row| Ok(VersionSummary { id: row.get(0)?, number: row.get(1)?, created_at: row.get(2)? });
        Ok(Paged { items: rows.iter().map(summary).collect::<Result<_>>()?, total })
    }

    /// A version by its id: for executions that run it.
    pub async fn version(&self, id: VersionId) -> Result<Option<Version>> {
        let row = self.db().maybe(&sql::VERSION, &db::params![id]).await?;
        row.as_ref().map(version).transpose()
    }
}

/// The last version when it has that text, else a new one.
pub(super) async fn keep_version(
    tx: &mut Tx,
    flow: FlowId,
    text: &str,
    (new, now): (VersionId, Timestamp),
) -> Result<Version> {
    let last = tx.maybe(&sql::LAST_VERSION, &db::params![flow]).await?;
    let last = last.as_ref().map(version).transpose()?;
    let number = last.as_ref().map_or(1, |last| last.number + 1);
    if let Some(last) = last.filter(|last| last.organism_yaml == text) {
        return Ok(last);
    }
    tx.run(&sql::ADD_VERSION, &db::params![new, flow, number, text, now]).await?;
    Ok(Version { id: new, number, organism_yaml: text.to_owned(), created_at: now })
}

fn version(row: &Row) -> Result<Version> {
    Ok(Version { id: row.get(0)?, number: row.get(1)?, organism_yaml: row.get(2)?, created_at: row.get(3)? })
}
