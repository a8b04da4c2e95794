//! YAML as a tree that remembers where everything stands, built on saphyr-parser's events.
//!
//! Mappings keep their order; only YAML 1.2's core schema is known (`no` and `on` are texts). What a hostile text
//! could do (aliases that multiply, nesting, sheer size) is bounded while reading.

mod node;
mod parse;
mod place;
mod scalar;
#[cfg(test)]
mod tests;

pub(crate) use node::{Entry, Kind, Node, Style};
pub(crate) use parse::parse;
pub(crate) use place::{Lines, Span, inside_scalar};

/// Why a text is no YAML that is accepted here.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) span: Span,
}

impl Fault {
    fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, span }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
