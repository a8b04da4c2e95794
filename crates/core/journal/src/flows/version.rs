use db::Row;
use kit::Timestamp;
use kit::ids::{FlowId, VersionId};

use crate::{Journal, Result, sql};

/// One text of a flow that executions ran or may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// Counted from 1.
    pub number: i64,
    /// The text.
    pub organism_yaml: String,
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
        let last = tx.maybe(&sql::LAST_VERSION, &db::params![flow]).await?;
        let last = last.as_ref().map(version).transpose()?;
        let number = last.as_ref().map_or(1, |last| last.number + 1);
        if let Some(last) = last.filter(|last| last.organism_yaml == text) {
            return Ok(last);
        }
        tx.run(&sql::ADD_VERSION, &db::params![new, flow, number, text, now]).await?;
        tx.commit().await?;
        Ok(Version { id: new, number, organism_yaml: text.to_owned() })
    }

    /// A version by its id: for executions that run it.
    pub async fn version(&self, id: VersionId) -> Result<Option<Version>> {
        let row = self.db().maybe(&sql::VERSION, &db::params![id]).await?;
        row.as_ref().map(version).transpose()
    }
}

fn version(row: &Row) -> Result<Version> {
    Ok(Version { id: row.get(0)?, number: row.get(1)?, organism_yaml: row.get(2)? })
}
