//! What the command line says.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// How a piece of text stands out on a terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Style {
    /// What matters most.
    Bold,
    /// What went wrong.
    Red,
    /// What may go wrong.
    Yellow,
    /// What can be skipped.
    Dim,
}

/// A line of the answer, on standard output.
pub(crate) fn say(line: &str) {
    // A closed pipe has nobody to tell.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line beside the answer, on standard error.
pub(crate) fn note(line: &str) {
    // The same.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The error with its causes, and the exit code of a failure.
pub(crate) fn failed(error: &anyhow::Error) -> ExitCode {
    note(&format!("{} {error:#}", styled("error:", Style::Red)));
    ExitCode::FAILURE
}

/// The text, in its style when standard error is a terminal and `NO_COLOR` is not set.
pub(crate) fn styled(text: &str, style: Style) -> String {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && std::io::stderr().is_terminal() { paint(text, style) } else { text.to_owned() }
}

/// The same for a piece of the answer: by what standard output is.
pub(crate) fn styled_answer(text: &str, style: Style) -> String {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && std::io::stdout().is_terminal() { paint(text, style) } else { text.to_owned() }
}

fn paint(text: &str, style: Style) -> String {
    let code = match style {
        Style::Bold => "1",
        Style::Red => "1;31",
        Style::Yellow => "1;33",
        Style::Dim => "2",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_ends_with_its_text() {
        assert_eq!(paint("error", Style::Red), "\u{1b}[1;31merror\u{1b}[0m");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!((count(1, "error"), count(0, "error")), ("1 error".to_owned(), "0 errors".to_owned()));
    }
}
