//! A request as a client of one of the dialects sent it, its bytes kept.

mod estimate;
mod head;
mod rewrite;
mod stateless;

use net::Bytes;

pub(crate) use estimate::{Estimate, input_tokens, tokens_of_text};

use self::head::Head;
use crate::{Dialect, Error};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// The next message of a conversation.
    Chat,
    /// Vectors of texts; in OpenAI's dialect only.
    Embeddings,
    /// How many tokens a conversation has; in Anthropic's dialect only.
    CountTokens,
}

/// A request in the words of its dialect.
///
/// Where the provider speaks the same dialect, its bytes pass as they are, but for the model's name.
#[derive(Debug, Clone)]
pub struct RawRequest {
    pub(crate) dialect: Dialect,
    pub(crate) operation: Operation,
    pub(crate) body: Bytes,
    pub(crate) head: Head,
    /// What the client tries out of the vendor's, as its header says; it goes to a provider of the same dialect.
    pub(crate) beta: Option<String>,
}

impl RawRequest {
    /// Reads what the gateway needs to know; what it does not know passes.
    ///
    /// Fails with [`Error::Field`], which names the field, when something is missing or of the wrong type.
    pub fn read(dialect: Dialect, operation: Operation, body: Bytes) -> Result<Self, Error> {
        let head = Head::read(dialect, operation, &body)?;
        Ok(Self { dialect, operation, body, head, beta: None })
    }

    /// The same with what its header `anthropic-beta` says.
    pub fn with_beta(self, beta: Option<String>) -> Self {
        Self { beta, ..self }
    }

    /// Whether the answer is to come piece by piece.
    pub fn is_streamed(&self) -> bool {
        self.head.is_streamed
    }

    /// The model asked for.
    pub fn model(&self) -> &str {
        &self.head.model
    }
}
