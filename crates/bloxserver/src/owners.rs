//! What the engine asks of owners, answered by `accounts`.

use std::collections::HashMap;

use accounts::{Accounts, Purpose, RunsLimit};
use async_trait::async_trait;
use engine::{Admission, BoundSecret, Keeper, Terms};
use kit::Secret;
use kit::ids::{FlowId, OwnerId, TriggerId};
use serde_json::Value as Json;

/// `accounts`, as the engine sees it.
#[derive(Clone)]
pub(crate) struct Owners(pub(crate) Accounts);

#[async_trait]
impl Admission for Owners {
    async fn terms(&self, owner: OwnerId) -> Result<Terms, String> {
        let user = self.0.find_user(owner).await.map_err(|error| error.to_string())?;
        let user = user.ok_or("the owner is gone")?;
        let runs_limit = match user.tier.runs_limit() {
            RunsLimit::Hard(limit) => Some(limit),
            RunsLimit::Soft(_) | RunsLimit::Unlimited => None,
        };
        Ok(Terms { tier: user.tier.to_string(), runs_limit })
    }
}

#[async_trait]
impl Keeper for Owners {
    async fn variables(&self, owner: OwnerId, flow: FlowId) -> Result<Json, String> {
        self.0.variables_for(owner, flow).await.map(Json::Object).map_err(|error| error.to_string())
    }

    async fn secrets(&self, owner: OwnerId, flow: FlowId) -> Result<HashMap<String, BoundSecret>, String> {
        let all = self.0.secrets_for(owner, flow).await.map_err(|error| error.to_string())?;
        Ok(all
            .into_iter()
            .map(|(name, secret)| (name, BoundSecret { value: secret.value, hosts: secret.hosts }))
            .collect())
    }

    fn seal(&self, owner: OwnerId, trigger: TriggerId, token: &Secret) -> Result<Vec<u8>, String> {
        let sealed = self.0.vault().seal(
            owner,
            Purpose::WEBHOOK_TOKEN,
            &trigger.to_string(),
            token.expose().as_bytes(),
        );
        sealed.map_err(|error| error.to_string())
    }

    fn unseal(&self, owner: OwnerId, trigger: TriggerId, sealed: &[u8]) -> Result<Secret, String> {
        let opened = self.0.vault().open(owner, Purpose::WEBHOOK_TOKEN, &trigger.to_string(), sealed);
        opened.map_err(|error| error.to_string())
    }
}
