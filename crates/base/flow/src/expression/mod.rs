//! Jinja expressions with fuel: conditions, and the `{{ … }}` inside strings.
//!
//! Everything is compiled when a flow is read; evaluation builds no environment and parses nothing. The engine is
//! [minijinja](https://docs.rs/minijinja/3), strict about undefined names.

mod body;
mod condition;
mod environment;
mod explain;
mod json;
mod limits;
mod named;
mod pieces;
mod program;
mod reference;
mod scope;
mod syntax;
mod template;
#[cfg(test)]
mod tests;

pub use condition::Expression;
pub(crate) use named::{input_path, names_in, names_in_condition};
pub use reference::Reference;
pub use scope::{Scope, Secrets, Steps};
pub use syntax::{SyntaxError, TemplateError};
pub use template::Template;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong, and what exists.
    pub message: String,
}

impl ExpressionError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
