use super::Trigger;
use crate::{Journal, Result, sql};

impl Journal {
    /// Adds a trigger; `false` when its flow is gone.
    pub async fn add_trigger(&self, trigger: &Trigger) -> Result<bool> {
        let values = db::params![
            trigger.id,
            trigger.flow,
            trigger.owner,
            trigger.kind.as_str(),
            &trigger.name,
            trigger.config.to_string(),
            trigger.is_enabled,
            trigger.token_hash.clone(),
            trigger.token_sealed.clone(),
            trigger.created_at
        ];
        let mut tx = self.db().begin().await?;
        match tx.run(&sql::ADD_TRIGGER, &values).await {
            Err(error) if error.is_foreign_key_violation() => return Ok(false),
            outcome => outcome?,
        };
        tx.run(&sql::REPLAN_TRIGGER, &db::params![trigger.id]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Writes a changed trigger; `false` when it is gone.
    pub async fn save_trigger(&self, trigger: &Trigger) -> Result<bool> {
        let values = db::params![
            trigger.id,
            trigger.flow,
            trigger.owner,
            &trigger.name,
            trigger.config.to_string(),
            trigger.is_enabled,
            trigger.token_hash.clone(),
            trigger.token_sealed.clone(),
            trigger.updated_at
        ];
        let mut tx = self.db().begin().await?;
        let saved = tx.run(&sql::SAVE_TRIGGER, &values).await? == 1;
        tx.run(&sql::REPLAN_TRIGGER, &db::params![trigger.id]).await?;
        tx.commit().await?;
        Ok(saved)
    }

    /// Deletes a trigger; its executions stay and forget it.
    pub async fn delete_trigger(&self, trigger: &Trigger) -> Result<bool> {
        let mut tx = self.db().begin().await?;
        let values = db::params![trigger.id, trigger.flow, trigger.owner];
        let deleted = tx.run(&sql::DELETE_TRIGGER, &values).await? == 1;
        if deleted {
            tx.run(&sql::FORGET_TRIGGER, &db::params![trigger.flow, trigger.id]).await?;
        }
        tx.commit().await?;
        Ok(deleted)
    }
}
