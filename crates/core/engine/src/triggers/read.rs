use journal::Trigger;
use kit::Secret;
use kit::ids::{FlowId, OwnerId, TriggerId};

use crate::{Engine, Error, Result};

impl Engine {
    /// A trigger of an owner's flow.
    pub async fn get_trigger(&self, owner: OwnerId, flow: FlowId, id: TriggerId) -> Result<Trigger> {
        self.get_flow(owner, flow).await?;
        self.journal().trigger(owner, flow, id).await?.ok_or(Error::NotFound("trigger"))
    }

    /// The triggers of an owner's flow, the oldest first.
    pub async fn list_triggers(&self, owner: OwnerId, flow: FlowId) -> Result<Vec<Trigger>> {
        self.get_flow(owner, flow).await?;
        Ok(self.journal().triggers(owner, flow).await?)
    }

    /// The token of a webhook, for its owner to see again.
    pub fn webhook_token(&self, trigger: &Trigger) -> Result<Option<Secret>> {
        let open = |sealed: &Vec<u8>| self.0.parts.keeper.unseal(trigger.owner, trigger.id, sealed);
        trigger.token_sealed.as_ref().map(open).transpose().map_err(Error::Keeper)
    }
}
