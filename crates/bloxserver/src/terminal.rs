//! What the command line says.

use std::io::Write;
use std::process::ExitCode;

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
    note(&format!("error: {error:#}"));
    ExitCode::FAILURE
}
