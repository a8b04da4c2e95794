use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::config::Config;
use crate::rooms::open_existing;
use crate::terminal::say;

/// Copy a SQLite database while it is in use.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write; it must not exist.
    target: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        open_existing(config).await?.backup(&self.target).await?;
        say(&format!("{} is a sound copy; the master key is not in it", self.target.display()));
        Ok(ExitCode::SUCCESS)
    }
}
