//! Who asks, and with whose key.

use async_trait::async_trait;
use kit::Secret;
use kit::ids::{ExecutionId, FlowId, OwnerId};
use serde::Deserialize;

use crate::Threshold;

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
    /// Whose keys may be used.
    pub keys: KeyPolicy,
    /// In which order the ways to a model are tried.
    pub strategy: Strategy,
    /// From which similarity on it takes an answer to another question; only the same one when absent.
    pub similarity: Option<Threshold>,
}

/// In which order the ways to a model are tried; those that come later are tried when the first one fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// As they are configured.
    #[default]
    Failover,
    /// Each time another one first.
    RoundRobin,
    /// The one with the fewest calls on their way first, by its share of its places.
    LeastLoaded,
}

/// Whose keys a call may be made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyPolicy {
    /// The owner's own, and the operator's after it.
    #[default]
    OwnFirst,
    /// The owner's own and no other.
    OwnOnly,
}

impl Caller {
    /// An owner outside any flow, on the free tier.
    pub fn of(owner: OwnerId) -> Self {
        Self {
            owner,
            tier: "free".to_owned(),
            flow: None,
            execution: None,
            step: None,
            keys: KeyPolicy::default(),
            strategy: Strategy::default(),
            similarity: None,
        }
    }
}

/// Where the owners' own provider keys come from; `accounts` answers it, wired by the frame.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The owner's key for a provider by its name (`openai`, `anthropic`, ...), if they stored one.
    async fn key(&self, owner: OwnerId, provider: &str) -> Option<Secret>;

    /// Whose keys an owner wants used, whatever a call says.
    async fn policy(&self, _owner: OwnerId) -> KeyPolicy {
        KeyPolicy::OwnFirst
    }

    /// That the provider does not accept an owner's key, and what it says; the key is not to be given again.
    async fn refused(&self, owner: OwnerId, provider: &str, key: &Secret, reason: &str);
}

/// Credentials of a server whose users have no keys of their own.
#[derive(Debug, Clone, Copy, Default)]
pub struct OperatorKeysOnly;

#[async_trait]
impl Credentials for OperatorKeysOnly {
    async fn key(&self, _owner: OwnerId, _provider: &str) -> Option<Secret> {
        None
    }

    async fn refused(&self, _owner: OwnerId, _provider: &str, _key: &Secret, _reason: &str) {}
}
