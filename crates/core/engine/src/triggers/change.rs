use journal::{Trigger, TriggerKind};
use kit::ids::{FlowId, OwnerId, TriggerId};
use serde_json::Value as Json;

use super::config;
use crate::{Engine, Error, Result};

/// What is to be changed of a trigger; absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TriggerChange {
    /// Its name.
    pub name: Option<String>,
    /// What its kind needs to know.
    pub config: Option<Json>,
    /// Whether it fires.
    pub is_enabled: Option<bool>,
}

impl Engine {
    /// Changes a trigger.
    pub async fn update_trigger(
        &self,
        owner: OwnerId,
        flow: FlowId,
        id: TriggerId,
        change: TriggerChange,
    ) -> Result<Trigger> {
        let mut trigger = self.get_trigger(owner, flow, id).await?;
        if let Some(config) = change.config {
            config::check(trigger.kind, &config)?;
            trigger.config = config;
        }
        trigger.name = change.name.unwrap_or(trigger.name);
        trigger.is_enabled = change.is_enabled.unwrap_or(trigger.is_enabled);
        self.write(trigger).await
    }

    /// Gives a webhook a new token; the old one dies at once.
    pub async fn regenerate_token(&self, owner: OwnerId, flow: FlowId, id: TriggerId) -> Result<Trigger> {
        let mut trigger = self.get_trigger(owner, flow, id).await?;
        if trigger.kind != TriggerKind::Webhook {
            return Err(Error::Invalid { field: "type", message: "only a webhook has a token".to_owned() });
        }
        self.give_token(&mut trigger)?;
        self.write(trigger).await
    }

    /// Deletes a trigger; its executions stay.
    pub async fn delete_trigger(&self, owner: OwnerId, flow: FlowId, id: TriggerId) -> Result<()> {
        let trigger = self.get_trigger(owner, flow, id).await?;
        let deleted = self.journal().delete_trigger(&trigger).await?;
        self.tell_flow(flow);
        if deleted { Ok(()) } else { Err(Error::NotFound("trigger")) }
    }

    async fn write(&self, mut trigger: Trigger) -> Result<Trigger> {
        trigger.updated_at = self.sources().clock.now();
        let saved = self.journal().save_trigger(&trigger).await?;
        self.tell_flow(trigger.flow);
        if !saved {
            return Err(Error::NotFound("trigger"));
        }
        self.get_trigger(trigger.owner, trigger.flow, trigger.id).await
    }
}
