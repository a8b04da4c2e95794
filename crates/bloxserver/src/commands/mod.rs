//! One file a command.

mod backup;
mod check;
mod config;
mod health;
mod migrate;
mod openapi;
mod run;
mod serve;
mod token;
mod user;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::config::Config;
use crate::terminal::say;

/// What the program can be told to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves the API and runs flows.
    Serve(serve::Serve),
    /// Checks a flow's YAML and says what is wrong with it.
    Check(check::Check),
    /// Runs a flow once, without a server, and prints its steps.
    Run(run::Run),
    /// Brings the database's tables up to date.
    Migrate,
    /// Makes personal API tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Looks after users.
    #[command(subcommand)]
    User(user::User),
    /// Copies a SQLite database while it is in use.
    Backup(backup::Backup),
    /// Prints the settings in force, secrets masked.
    Config(config::ShowConfig),
    /// Prints the OpenAPI document of the API.
    Openapi,
    /// Asks the running server whether it is alive.
    Health,
    /// Prints the version.
    Version,
}

impl Command {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        match self {
            Self::Serve(serve) => serve.run(config).await,
            Self::Check(check) => check.run(config),
            Self::Run(run) => run.run(config).await,
            Self::Migrate => migrate::run(config).await,
            Self::Token(token) => token.run(config).await,
            Self::User(user) => user.run(config).await,
            Self::Backup(backup) => backup.run(config).await,
            Self::Config(show) => Ok(show.run()),
            Self::Openapi => openapi::run(),
            Self::Health => health::run(config).await,
            Self::Version => {
                say(&format!("bloxserver {}", env!("CARGO_PKG_VERSION")));
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
