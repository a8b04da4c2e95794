use std::process::ExitCode;

use anyhow::Result;

use crate::routes;
use crate::terminal::say;

/// Prints the OpenAPI document of the API.
pub(super) fn run() -> Result<ExitCode> {
    say(&routes::document().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
