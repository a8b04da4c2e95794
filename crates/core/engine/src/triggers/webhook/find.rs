use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use journal::{FlowStatus, Trigger, TriggerKind};
use kit::ids::VersionId;
use kit::{Secret, Timestamp};

use super::WebhookConfig;
use crate::triggers::token;
use crate::{BoundSecret, Engine, Error, Result};

/// What a webhook token leads to.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The trigger.
    pub trigger: Trigger,
    /// The name of its flow.
    pub flow_name: String,
    /// Whether its flow runs.
    pub flow_status: FlowStatus,
    /// What its flow runs.
    pub version: Option<VersionId>,
    /// What it asks and answers.
    pub config: WebhookConfig,
    /// The secret that signs requests; absent when none is asked for, or when it is not there.
    pub signing_secret: Option<Secret>,
    /// The secret that a header must hold, likewise.
    pub header_secret: Option<Secret>,
}

/// Webhooks by the hash of their token, for a moment: a flood does not read the same rows each time.
///
/// Changes made on this node clear it at once; those of another node are seen within a second.
#[derive(Debug, Default)]
pub(crate) struct WebhookCache(Mutex<HashMap<String, (Timestamp, Arc<Webhook>)>>);

const FRESH_MS: i64 = 1_000;
const MOST: usize = 10_000;

impl Engine {
    /// What a token leads to; `None` for an unknown, revoked or disabled one.
    pub async fn find_webhook(&self, presented: &str) -> Result<Option<Arc<Webhook>>> {
        let hash = token::hash(presented);
        let now = self.sources().clock.now();
        if let Some(webhook) = self.0.webhooks.get(&hash, now) {
            return Ok(Some(webhook));
        }
        let trigger = self.journal().trigger_by_token_hash(&hash).await?;
        let Some(trigger) = trigger.filter(|t| t.is_enabled && t.kind == TriggerKind::Webhook) else {
            return Ok(None);
        };
        let Some(flow) = self.journal().flow(trigger.owner, trigger.flow).await? else { return Ok(None) };
        let config = WebhookConfig::read(&trigger.config)?;
        let secrets = self.secrets_of(&config, &trigger).await?;
        let secret = |name: Option<&String>| Some(secrets.get(name?)?.value.clone());
        let webhook = Arc::new(Webhook {
            signing_secret: secret(config.signature.as_ref().map(|check| &check.secret)),
            header_secret: secret(config.header.as_ref().map(|check| &check.secret)),
            config,
            trigger,
            flow_name: flow.name,
            flow_status: flow.status,
            version: flow.version,
        });
        self.0.webhooks.put(hash, now, Arc::clone(&webhook));
        Ok(Some(webhook))
    }

    /// The secrets that a webhook's checks need; none are read for one without checks.
    async fn secrets_of(
        &self,
        config: &WebhookConfig,
        trigger: &Trigger,
    ) -> Result<HashMap<String, BoundSecret>> {
        if config.signature.is_none() && config.header.is_none() {
            return Ok(HashMap::new());
        }
        self.0.parts.keeper.secrets(trigger.owner, trigger.flow).await.map_err(Error::Keeper)
    }
}

impl WebhookCache {
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn get(&self, hash: &str, now: Timestamp) -> Option<Arc<Webhook>> {
        let found = self.lock().get(hash).cloned();
        found.filter(|(since, _)| (0..FRESH_MS).contains(&now.since_ms(*since))).map(|(_, webhook)| webhook)
    }

    fn put(&self, hash: String, now: Timestamp, webhook: Arc<Webhook>) {
        let mut all = self.lock();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(hash, (now, webhook));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Timestamp, Arc<Webhook>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
