//! Jinja expressions with fuel: conditions, and the `{{ … }}` inside strings.

use std::fmt;
use std::sync::Arc;

use kit::{Secret, Timestamp};
use serde_json::Value as Json;

use crate::Payload;

/// A bare condition, compiled.
#[derive(Debug, Clone)]
pub struct Expression {}

/// A JSON value whose strings may hold expressions, compiled.
#[derive(Debug, Clone)]
pub struct Template {}

/// The names in scope for one message.
#[derive(Clone)]
pub struct Scope {
    /// This message's payload.
    pub input: Payload,
    /// `{payload, headers, query, method, time}` of what started the execution.
    pub trigger: Payload,
    /// Latest outputs of listeners among this message's ancestors.
    pub steps: Arc<dyn Steps>,
    /// The flow's variables.
    pub vars: Payload,
    /// `{id, startedAt}`.
    pub execution: Payload,
    /// The time of the turn.
    pub now: Timestamp,
    /// Opens `secret("NAME")`; absent where secrets are not allowed (anything but handler config).
    pub secrets: Option<Arc<dyn Secrets>>,
}

/// Looks outputs of earlier steps up.
pub trait Steps: fmt::Debug + Send + Sync {
    /// The latest output of that listener among the ancestors.
    fn output(&self, listener: &str) -> Option<Payload>;
    /// The listeners that have one, for messages.
    fn names(&self) -> Vec<Arc<str>>;
}

/// Opens secrets by name.
pub trait Secrets: Send + Sync {
    /// The secret, or why it cannot be had here.
    fn open(&self, name: &str) -> Result<Secret, String>;
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong, and what exists.
    pub message: String,
}

impl Expression {
    /// Whether the condition holds (Jinja's truth).
    pub fn holds(&self, _scope: &Scope) -> Result<bool, ExpressionError> {
        Err(ExpressionError { message: String::new() })
    }
}

impl Template {
    /// The value with every expression in it evaluated.
    pub fn render(&self, _scope: &Scope) -> Result<Json, ExpressionError> {
        Err(ExpressionError { message: String::new() })
    }
}
