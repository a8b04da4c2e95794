use super::format::Format;
use super::limits::{MAX_CHARACTERS, MAX_DEPTH, MAX_RESULT_BYTES};

/// Why something could not be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text is longer than is read.
    #[error("the text is longer than {MAX_CHARACTERS} characters; convert it in parts")]
    TextTooLong,
    /// The result outgrew its limit.
    #[error("the result would be larger than {MAX_RESULT_BYTES} bytes; convert it in parts")]
    ResultTooLarge,
    /// Lists, objects or elements lie too deep inside one another.
    #[error("more than {MAX_DEPTH} levels lie inside one another")]
    TooDeep,
    /// The text is not what it is said to be.
    #[error("{format}, line {line}, column {column}: {problem}")]
    Unreadable {
        /// What it was read as.
        format: Format,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The source is a value where a text is needed.
    #[error("{0} is read from text, but there is {1}; give the text in `config.value` or as `text`")]
    TextWanted(Format, &'static str),
    /// The value has no form in the target format.
    #[error("no {format} can be made of this: {problem}")]
    Unwritable {
        /// What it should become.
        format: Format,
        /// What stands in the way.
        problem: String,
    },
}

impl Fault {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TextTooLong | Self::ResultTooLarge | Self::TooDeep => "too_large",
            Self::Unreadable { .. } | Self::TextWanted(..) => "unreadable_text",
            Self::Unwritable { .. } => "not_convertible",
        }
    }
}
