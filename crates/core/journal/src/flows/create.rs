use kit::ids::OwnerId;

use super::version::keep_version;
use super::{Flow, FlowStatus, NewFlow};
use crate::{Error, Journal, Result, sql};

impl Journal {
    /// Adds a flow unless the owner has `limit` of them; exact however many are added at once.
    pub async fn create_flow(&self, owner: OwnerId, limit: u32, new: NewFlow) -> Result<Flow> {
        let mut tx = self.db().begin().await?;
        let counted = tx.maybe(&sql::COUNT_FLOW, &db::params![owner, limit]).await?;
        if counted.is_none() || limit == 0 {
            return Err(Error::FlowLimit { limit });
        }
        let canvas = new.canvas_state.as_ref().map(ToString::to_string);
        let values = db::params![
            new.id,
            owner,
            &new.name,
            new.description.clone(),
            &new.organism_yaml,
            canvas,
            new.now
        ];
        tx.run(&sql::ADD_FLOW, &values).await?;
        keep_version(&mut tx, new.id, &new.organism_yaml, (new.version, new.now)).await?;
        tx.commit().await?;
        Ok(Flow {
            id: new.id,
            owner,
            name: new.name,
            description: new.description,
            organism_yaml: new.organism_yaml,
            canvas_state: new.canvas_state,
            status: FlowStatus::Stopped,
            node: None,
            error_message: None,
            version: None,
            concurrency: None,
            revision: 1,
            created_at: new.now,
            updated_at: new.now,
        })
    }
}
