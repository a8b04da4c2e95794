use super::yaml::{Fault, Lines, Node, Span, inside_scalar};
use super::{Diagnostic, Severity};
use crate::expression::SyntaxError;

/// Diagnostics of one text; enough is enough.
const DIAGNOSTICS_MAX: usize = 500;

/// Gathers what there is to say about a text.
pub(super) struct Report<'a> {
    text: &'a str,
    lines: Lines<'a>,
    diagnostics: Vec<Diagnostic>,
    has_errors: bool,
    /// The listener that is being read.
    listener: Option<String>,
}

/// A diagnostic that may still get its hint.
pub(super) struct Added<'r>(Option<&'r mut Diagnostic>);

impl Added<'_> {
    pub(super) fn hint(self, hint: impl Into<String>) {
        if let Some(diagnostic) = self.0 {
            diagnostic.hint = Some(hint.into());
        }
    }

    pub(super) fn maybe_hint(self, hint: Option<String>) {
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }
}

impl<'a> Report<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, lines: Lines::new(text), diagnostics: Vec::new(), has_errors: false, listener: None }
    }

    /// What is said from now on is about that listener.
    pub(super) fn about(&mut self, listener: Option<&str>) {
        self.listener = listener.map(str::to_owned);
    }

    pub(super) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Added<'_> {
        self.add(Severity::Error, code, span, message.into())
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
    ) -> Added<'_> {
        self.add(Severity::Warning, code, span, message.into())
    }

    pub(super) fn info(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Added<'_> {
        self.add(Severity::Info, code, span, message.into())
    }

    /// A value of the wrong type.
    pub(super) fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        self.error("wrong_type", node.span, format!("{what} must be {wanted}, this is {}", node.describe()));
    }

    /// An error inside the text of a scalar.
    pub(super) fn syntax(&mut self, node: &Node, error: &SyntaxError) {
        let span = self.place(node, error.offset);
        self.error(error.code, span, error.message.clone()).maybe_hint(error.hint.clone());
    }

    /// The place of byte `offset` of a scalar's value.
    pub(super) fn place(&self, node: &Node, offset: usize) -> Span {
        node.text().map_or(node.span, |value| inside_scalar(self.text, node, value, offset))
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.error(fault.code, fault.span, fault.message).maybe_hint(fault.hint);
    }

    pub(super) fn has_errors(&self) -> bool {
        self.has_errors
    }

    /// In the order of the text.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|found| (found.line, found.column, found.severity));
        self.diagnostics
    }

    fn add(&mut self, severity: Severity, code: &'static str, span: Span, message: String) -> Added<'_> {
        self.has_errors |= severity == Severity::Error;
        if self.diagnostics.len() >= DIAGNOSTICS_MAX {
            return Added(None);
        }
        let (line, column) = self.lines.position(span.start);
        let (end_line, end_column) = self.lines.position(span.end);
        let listener = self.listener.clone();
        let hint = None;
        self.diagnostics.push(Diagnostic {
            code,
            severity,
            message,
            line,
            column,
            end_line,
            end_column,
            hint,
            listener,
        });
        Added(self.diagnostics.last_mut())
    }
}
