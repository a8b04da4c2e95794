/// Why a text cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// A snake_case word: `expression_syntax`, `unknown_name`, `unknown_filter`, `expression_too_long`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where, in bytes from the start of the text.
    pub offset: usize,
}

/// A [`SyntaxError`] of one string inside a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {error}")]
pub struct TemplateError {
    /// JSON Pointer (RFC 6901) to the string.
    pub pointer: String,
    /// What is wrong with it.
    pub error: SyntaxError,
}

impl SyntaxError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, offset: usize) -> Self {
        Self { code, message: message.into(), hint: None, offset }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error in a text that holds this one from byte `start`.
    pub(crate) fn moved(mut self, start: usize) -> Self {
        self.offset += start;
        self
    }
}

/// The engine's error in our words.
pub(crate) fn from_engine(error: &minijinja::Error) -> SyntaxError {
    let offset = error.range().map_or(0, |range| range.start);
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    SyntaxError::new("expression_syntax", detail, offset)
}
