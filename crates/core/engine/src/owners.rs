//! What the engine must know of owners without naming the rooms that know it.

use std::collections::HashMap;

use async_trait::async_trait;
use kit::Secret;
use kit::ids::{ApprovalId, FlowId, OwnerId, TriggerId};
use serde_json::Value as Json;

use crate::Retention;

/// Whether an owner may start one more run, and how long what is over is kept.
#[async_trait]
pub trait Admission: Send + Sync {
    /// The terms of that owner.
    async fn terms(&self, owner: OwnerId) -> Result<Terms, String>;
    /// What is kept of that owner's finished executions; of one who is gone too.
    async fn retention(&self, owner: OwnerId) -> Result<Retention, String>;
}

/// What an owner's tier allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The tier's name.
    pub tier: String,
    /// Runs a calendar month, when the tier has a hard limit.
    pub runs_limit: Option<u64>,
}

/// Keeps owners' secrets and variables, and seals webhook tokens.
#[async_trait]
pub trait Keeper: Send + Sync {
    /// The variables of a flow over those of its owner.
    async fn variables(&self, owner: OwnerId, flow: FlowId) -> Result<Json, String>;
    /// The secrets of a flow over those of its owner.
    async fn secrets(&self, owner: OwnerId, flow: FlowId) -> Result<HashMap<String, BoundSecret>, String>;
    /// Encrypts a webhook's token for its owner.
    fn seal(&self, owner: OwnerId, trigger: TriggerId, token: &Secret) -> Result<Vec<u8>, String>;
    /// Decrypts it again.
    fn unseal(&self, owner: OwnerId, trigger: TriggerId, sealed: &[u8]) -> Result<Secret, String>;
    /// A ticket that nobody else can make; it stands in addresses.
    fn ticket(&self, approval: ApprovalId) -> Secret;
    /// What a ticket is for; `None` for one that was not made here.
    fn redeem(&self, ticket: &str) -> Option<ApprovalId>;
}

/// A secret and where it may go.
#[derive(Debug, Clone)]
pub struct BoundSecret {
    /// The value.
    pub value: Secret,
    /// Hosts it may be sent to; any when empty.
    pub hosts: Vec<String>,
}
