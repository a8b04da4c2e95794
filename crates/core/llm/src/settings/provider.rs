use kit::Secret;

use crate::{Dialect, Wire};

/// One service that serves models.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its name in `provider/model`, and for stored keys.
    pub name: String,
    /// Where its API begins, without a slash at the end; a key for it goes nowhere else.
    pub base_url: String,
    /// The operator's key.
    pub api_key: Option<Secret>,
    /// The variable that the operator's key comes from, for messages.
    pub key_variable: String,
    /// Whether it answers nobody without a key.
    pub needs_key: bool,
    /// The protocol it speaks.
    pub wire: Wire,
    /// Whether it has OpenAI's responses too; they are translated where it has not.
    pub has_responses: bool,
    /// The models that are its own.
    pub serves: Serves,
    /// Models it is known to have, for lists; others may be asked for too.
    pub models: Vec<String>,
    /// Of several that claim a model, the one with the lowest number is asked.
    pub priority: u32,
    /// Questions that may be on their way to it at once; more wait their turn.
    pub concurrency: usize,
    /// How long it may take.
    pub timeouts: Timeouts,
}

impl Provider {
    /// The words in which it is asked what a client asks in these.
    pub(crate) fn dialect_for(&self, asked: Dialect) -> Dialect {
        if asked == Dialect::Responses && self.has_responses { asked } else { self.wire.dialect() }
    }
}

/// Which models a provider answers for when a request does not name the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Serves {
    /// Those whose name begins with one of these, in lower case.
    Prefixes(Vec<String>),
    /// Those that nobody else claims.
    Rest,
}

/// How long a provider may take. Connecting has 5 s, which `net` decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the first piece of a streamed answer.
    pub first_token_ms: u64,
    /// Between two pieces of it.
    pub idle_ms: u64,
    /// Until the end of an answer, streamed or not.
    pub total_ms: u64,
}

impl Default for Timeouts {
    /// A minute to the first token and between tokens (the original's figure for everything), ten for long answers.
    fn default() -> Self {
        Self { first_token_ms: 60_000, idle_ms: 60_000, total_ms: 600_000 }
    }
}
