//! What the engine asks of owners, answered by `accounts`.

mod asked;

use std::collections::HashMap;

use accounts::{Accounts, Purpose, RunsLimit, Tier};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Admission, BoundSecret, Keeper, Retention, Terms};
use kit::Secret;
use kit::ids::{ApprovalId, FlowId, OwnerId, TriggerId};
use serde_json::Value as Json;
use tokio::sync::mpsc::UnboundedSender;

use self::asked::Asked;
use crate::config::PerTier;
use crate::model_alerts::Refusal;

/// `accounts`, as the engine sees it.
#[derive(Clone)]
pub(crate) struct Owners {
    pub(crate) accounts: Accounts,
    retention: TierRetention,
    /// Every run asks for its owner's terms.
    terms: Asked<OwnerId, Result<Terms, String>>,
    /// Where it is told that a provider does not take an owner's key.
    pub(crate) refusals: UnboundedSender<Refusal>,
}

/// What is kept of finished executions, by tier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TierRetention {
    pub(crate) days: PerTier,
    pub(crate) executions: PerTier,
    /// The tier that counts for owners who are gone.
    pub(crate) default_tier: Tier,
}

impl Owners {
    pub(crate) fn new(
        accounts: Accounts,
        retention: TierRetention,
        refusals: UnboundedSender<Refusal>,
    ) -> Self {
        Self { accounts, retention, terms: Asked::default(), refusals }
    }
}

#[async_trait]
impl Admission for Owners {
    async fn terms(&self, owner: OwnerId) -> Result<Terms, String> {
        let accounts = self.accounts.clone();
        let ask = move || {
            let accounts = accounts.clone();
            async move { terms(&accounts, owner).await }
        };
        self.terms.answer(owner, ask).await.unwrap_or_else(|| Err("the server is closing".to_owned()))
    }

    async fn retention(&self, owner: OwnerId) -> Result<Retention, String> {
        let user = self.accounts.find_user(owner).await.map_err(|error| error.to_string())?;
        Ok(self.retention.of(user.map_or(self.retention.default_tier, |user| user.tier)))
    }
}

impl TierRetention {
    fn of(&self, tier: Tier) -> Retention {
        const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
        let age_ms =
            self.days.of(tier).map(|days| i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY_MS));
        Retention { age_ms, executions: self.executions.of(tier) }
    }
}

async fn terms(accounts: &Accounts, owner: OwnerId) -> Result<Terms, String> {
    let user = accounts.find_user(owner).await.map_err(|error| error.to_string())?;
    let user = user.ok_or("the owner is gone")?;
    let runs_limit = match user.tier.runs_limit() {
        RunsLimit::Hard(limit) => Some(limit),
        RunsLimit::Soft(_) | RunsLimit::Unlimited => None,
    };
    Ok(Terms { tier: user.tier.to_string(), runs_limit })
}

#[async_trait]
impl Keeper for Owners {
    async fn variables(&self, owner: OwnerId, flow: FlowId) -> Result<Json, String> {
        self.accounts.variables_for(owner, flow).await.map(Json::Object).map_err(|error| error.to_string())
    }

    async fn secrets(&self, owner: OwnerId, flow: FlowId) -> Result<HashMap<String, BoundSecret>, String> {
        let all = self.accounts.secrets_for(owner, flow).await.map_err(|error| error.to_string())?;
        Ok(all
            .into_iter()
            .map(|(name, secret)| (name, BoundSecret { value: secret.value, hosts: secret.hosts }))
            .collect())
    }

    fn seal(&self, owner: OwnerId, trigger: TriggerId, token: &Secret) -> Result<Vec<u8>, String> {
        let sealed = self.accounts.vault().seal(
            owner,
            Purpose::WEBHOOK_TOKEN,
            &trigger.to_string(),
            token.expose().as_bytes(),
        );
        sealed.map_err(|error| error.to_string())
    }

    fn unseal(&self, owner: OwnerId, trigger: TriggerId, sealed: &[u8]) -> Result<Secret, String> {
        let opened = self.accounts.vault().open(owner, Purpose::WEBHOOK_TOKEN, &trigger.to_string(), sealed);
        opened.map_err(|error| error.to_string())
    }

    fn ticket(&self, approval: ApprovalId) -> Secret {
        let ticket = self.accounts.vault().ticket(Purpose::TICKET, approval.as_bytes());
        Secret::new(URL_SAFE_NO_PAD.encode(ticket))
    }

    fn redeem(&self, ticket: &str) -> Option<ApprovalId> {
        let ticket = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let id = self.accounts.vault().redeem(Purpose::TICKET, &ticket)?;
        Some(ApprovalId::from_bytes(id.try_into().ok()?))
    }
}
