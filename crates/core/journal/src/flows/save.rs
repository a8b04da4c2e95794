use kit::ids::VersionId;

use super::Flow;
use super::version::keep_version;
use crate::{Journal, Result, sql};

impl Journal {
    /// Writes a changed flow over the revision it was read at; `false` when somebody was faster.
    ///
    /// A changed text becomes a version, `version` when it is a new one.
    pub async fn save_flow(&self, flow: &Flow, version: VersionId) -> Result<bool> {
        let canvas = flow.canvas_state.as_ref().map(ToString::to_string);
        let values = db::params![
            flow.id,
            flow.owner,
            flow.revision,
            &flow.name,
            flow.description.clone(),
            &flow.organism_yaml,
            canvas,
            flow.status.as_str(),
            flow.node,
            flow.error_message.clone(),
            flow.version,
            flow.updated_at,
            flow.concurrency
        ];
        let mut tx = self.db().begin().await?;
        let saved = tx.run(&sql::SAVE_FLOW, &values).await? == 1;
        if saved {
            keep_version(&mut tx, flow.id, &flow.organism_yaml, (version, flow.updated_at)).await?;
            // A flow that starts wakes its schedules; one that stops lays them down: what falls into the time between
            // is not missed.
            tx.run(&sql::REPLAN_FLOW, &db::params![flow.id]).await?;
        }
        tx.commit().await?;
        Ok(saved)
    }
}
