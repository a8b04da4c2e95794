use std::process::ExitCode;

use accounts::{Scopes, TokenRequest};
use anyhow::Result;
use clap::Subcommand;
use kit::Sources;

use crate::config::Config;
use crate::rooms::{open_accounts, open_database};
use crate::terminal::{note, say};

/// Makes personal API tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Makes a token, and its user when there is none with that address.
    Create {
        /// The user's e-mail address.
        #[arg(long)]
        email: String,
        /// What the token is called.
        #[arg(long, default_value = "command line")]
        name: String,
        /// After how many days it stops working; never when absent.
        #[arg(long)]
        days: Option<u32>,
    },
}

impl Token {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let Self::Create { email, name, days } = self;
        let sources = Sources::system();
        let db = open_database(config, config.auto_create_tables).await?;
        let accounts = open_accounts(config, db, &sources)?;
        let expires_at = days.map(|days| sources.clock.now().plus_ms(i64::from(days) * 86_400_000));
        let request = TokenRequest { name, scopes: Scopes::all(), expires_at };
        let (user, token) = accounts.create_token_for_email(&email, request).await?;
        note(&format!("a token for {email} (tier {}); it is shown this once:", user.tier));
        say(token.secret.expose());
        Ok(ExitCode::SUCCESS)
    }
}
