//! One file a command.

mod backup;
mod check;
mod config;
mod doctor;
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

pub(crate) use health::ask as ask_server;

use crate::config::Config;
use crate::terminal::say;

/// What the program can be told to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API and run flows.
    Serve(serve::Serve),
    /// Check flows and say what is wrong with them.
    Check(check::Check),
    /// Run a flow once, without a server, and print its steps.
    Run(run::Run),
    /// Bring the database's tables up to date.
    Migrate,
    /// Make, list and revoke personal API tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// Look after users.
    #[command(subcommand)]
    User(user::User),
    /// Copy a SQLite database while it is in use.
    Backup(backup::Backup),
    /// Print the settings in force, secrets masked.
    Config(config::ShowConfig),
    /// Look at everything a server needs, and say what is wrong and what to do.
    Doctor(doctor::Doctor),
    /// Print the OpenAPI document of the API.
    Openapi,
    /// Ask the running server whether it is alive.
    Health,
    /// Print the version.
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
            Self::Config(show) => Ok(show.run(config)),
            Self::Doctor(doctor) => doctor.run(config).await,
            Self::Openapi => openapi::run(),
            Self::Health => health::run(config).await,
            Self::Version => {
                say(&format!("bloxserver {}", env!("CARGO_PKG_VERSION")));
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
