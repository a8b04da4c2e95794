use std::sync::Arc;

use super::program::Program;
use super::{ExpressionError, Reference, Scope, SyntaxError};

/// A bare condition, compiled.
#[derive(Debug, Clone)]
pub struct Expression {
    program: Arc<Program>,
}

impl Expression {
    /// Compiles a bare expression, as `when:` holds one; `{{ … }}` around all of it is taken off.
    pub fn compile(text: &str) -> Result<Self, SyntaxError> {
        let trimmed = text.trim();
        let inner = trimmed.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        // `{{ a }} and {{ b }}` is no expression; the parser says so.
        let (text, start) = match inner {
            Some(inner) if !inner.contains("{{") => (inner, text.len() - text.trim_start().len() + 2),
            _ => (text, 0),
        };
        let program = Program::compile_at(text, start)?;
        Ok(Self { program: Arc::new(program) })
    }

    /// Whether the condition holds (Jinja's truth).
    pub fn holds(&self, scope: &Scope) -> Result<bool, ExpressionError> {
        self.program.value(scope, &scope.root()).map(|value| value.is_true())
    }

    /// The names it uses.
    pub fn references(&self) -> &[Reference] {
        self.program.references()
    }
}
