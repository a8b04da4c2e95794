use journal::{Trigger, TriggerKind};
use kit::ids::{FlowId, OwnerId};
use serde_json::Value as Json;

use super::{config, token};
use crate::{Engine, Error, Result};

/// What a new trigger is made from.
#[derive(Debug, Clone)]
pub struct TriggerDraft {
    /// Which of the three.
    pub kind: TriggerKind,
    /// 1 to 100 characters; checked at the edge.
    pub name: String,
    /// What its kind needs to know.
    pub config: Json,
    /// Whether it fires.
    pub is_enabled: bool,
}

impl Engine {
    /// Adds a trigger; a webhook gets its token.
    pub async fn create_trigger(&self, owner: OwnerId, flow: FlowId, draft: TriggerDraft) -> Result<Trigger> {
        self.get_flow(owner, flow).await?;
        config::check(draft.kind, &draft.config)?;
        let now = self.sources().clock.now();
        let mut trigger = Trigger {
            id: self.sources().id(),
            flow,
            owner,
            kind: draft.kind,
            name: draft.name,
            config: draft.config,
            is_enabled: draft.is_enabled,
            token_hash: None,
            token_sealed: None,
            next_at: None,
            last_fired_at: None,
            problem: None,
            created_at: now,
            updated_at: now,
        };
        if trigger.kind == TriggerKind::Webhook {
            self.give_token(&mut trigger)?;
        }
        if !self.journal().add_trigger(&trigger).await? {
            return Err(Error::NotFound("flow"));
        }
        self.get_trigger(owner, flow, trigger.id).await
    }

    /// A new token for a webhook; the old one dies with the trigger's write.
    pub(super) fn give_token(&self, trigger: &mut Trigger) -> Result<()> {
        let token = token::new(&self.sources().entropy);
        let sealed = self.0.parts.keeper.seal(trigger.owner, trigger.id, &token).map_err(Error::Keeper)?;
        trigger.token_hash = Some(token::hash(token.expose()));
        trigger.token_sealed = Some(sealed);
        Ok(())
    }
}
