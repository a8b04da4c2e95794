//! What a check found: where, which rule, what to do.

use std::fmt;

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Path below the root, as the reader would open it.
    pub(crate) file: String,
    /// Counted from 1; 0 for the file as a whole.
    pub(crate) line: usize,
    /// The rule and what to do about it.
    pub(crate) message: String,
    warning: bool,
}

impl Finding {
    /// Fails the run.
    pub(crate) fn refused(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, message: message.into(), warning: false }
    }

    /// Is shown, and fails nothing.
    pub(crate) fn warned(file: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, message: message.into(), warning: true }
    }

    pub(crate) fn is_warning(&self) -> bool {
        self.warning
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = if self.warning { "warning: " } else { "" };
        match self.line {
            0 => write!(out, "{}: {weight}{}", self.file, self.message),
            line => write!(out, "{}:{line}: {weight}{}", self.file, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_like_a_compilers() {
        let finding = Finding::refused("crates/core/llm/src/lib.rs", 7, "no SQL here; move it to sql.rs");
        assert_eq!(finding.to_string(), "crates/core/llm/src/lib.rs:7: no SQL here; move it to sql.rs");
    }

    #[test]
    fn a_warning_says_so_and_a_whole_file_has_no_line() {
        assert_eq!(Finding::warned("a.rs", 0, "310 lines").to_string(), "a.rs: warning: 310 lines");
    }
}
