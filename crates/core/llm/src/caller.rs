//! Who asks, and with whose key.

use async_trait::async_trait;
use kit::Secret;
use kit::ids::{ExecutionId, FlowId, OwnerId};

/// On whose behalf a model is asked, and for which step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The person it belongs to.
    pub owner: OwnerId,
    /// The tier that limits apply by.
    pub tier: String,
    /// The flow, when one asks.
    pub flow: Option<FlowId>,
    /// The run of it.
    pub execution: Option<ExecutionId>,
    /// The step of that.
    pub step: Option<String>,
}

impl Caller {
    /// An owner outside any flow, on the free tier.
    pub fn of(owner: OwnerId) -> Self {
        Self { owner, tier: "free".to_owned(), flow: None, execution: None, step: None }
    }
}

/// Where the owners' own provider keys come from; `accounts` answers it, wired by the frame.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The owner's key for a provider by its name (`openai`, `anthropic`, ...), if they stored one.
    async fn key(&self, owner: OwnerId, provider: &str) -> Option<Secret>;
}

/// Credentials of a server whose users have no keys of their own.
#[derive(Debug, Clone, Copy, Default)]
pub struct OperatorKeysOnly;

#[async_trait]
impl Credentials for OperatorKeysOnly {
    async fn key(&self, _owner: OwnerId, _provider: &str) -> Option<Secret> {
        None
    }
}
