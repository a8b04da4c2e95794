use journal::{BirthKey, Claim, TriggerKind};

use super::birth::{Cause, Message, runs};
use super::started::Started;
use crate::triggers::Webhook;
use crate::{Engine, Error, Respond, Result};

/// How long a delivery is remembered: the custom of the senders.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;

/// What the sender of a webhook calls its delivery, the same at each repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryKey {
    /// The name.
    pub key: String,
    /// SHA-256 of the body in hex, where a repetition has to bring the same body.
    pub body_hash: Option<String>,
}

impl Engine {
    /// A webhook has fired: the execution is on disk when this returns.
    ///
    /// A delivery that was taken within the last 24 hours makes no other execution: the earlier one is answered. Fails
    /// with `IdempotencyConflict` when its body is another.
    pub async fn fire(
        &self,
        webhook: &Webhook,
        message: Message,
        delivery: Option<DeliveryKey>,
    ) -> Result<Started> {
        let trigger = &webhook.trigger;
        let key = delivery.map(|delivery| BirthKey {
            key: format!("{}:{}", trigger.id, delivery.key),
            body_hash: delivery.body_hash,
            expires_at: self.sources().clock.now().plus_ms(REMEMBERED_MS),
        });
        if let Some(key) = &key
            && let Some(earlier) = self.earlier(webhook, key).await?
        {
            return Ok(earlier);
        }
        let cause = Cause {
            owner: trigger.owner,
            flow: trigger.flow,
            version: runs(webhook.flow_status, webhook.version)?,
            is_current: true,
            trigger: Some(trigger.id),
            kind: TriggerKind::Webhook,
            call: None,
            listens: matches!(webhook.config.respond, Respond::Stream { .. }),
            claim: key.clone().map(Claim::Key),
        };
        match (self.birth(cause, message).await, key) {
            // The same delivery came twice at the same time; the other one was faster.
            (Err(Error::Journal(journal::Error::KeyTaken)), Some(key)) => {
                self.earlier(webhook, &key).await?.ok_or(Error::NotReady("busy"))
            }
            (outcome, _) => outcome,
        }
    }

    async fn earlier(&self, webhook: &Webhook, key: &BirthKey) -> Result<Option<Started>> {
        let Some((id, body_hash)) = self.journal().execution_of_key(&key.key).await? else { return Ok(None) };
        if key.body_hash.is_some() && key.body_hash != body_hash {
            return Err(Error::IdempotencyConflict);
        }
        Ok(Some(Started::earlier(self, (id, webhook.trigger.owner, webhook.trigger.flow))))
    }
}
