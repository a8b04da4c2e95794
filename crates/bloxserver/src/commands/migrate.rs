use std::process::ExitCode;

use anyhow::Result;

use crate::config::Config;
use crate::rooms::open_database;
use crate::terminal::say;

pub(crate) async fn run(config: &Config) -> Result<ExitCode> {
    open_database(config, true).await?;
    say("the database is up to date");
    Ok(ExitCode::SUCCESS)
}
