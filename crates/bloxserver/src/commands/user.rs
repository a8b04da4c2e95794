use std::process::ExitCode;

use accounts::Tier;
use anyhow::Result;
use clap::Subcommand;
use kit::Sources;

use crate::config::Config;
use crate::rooms::{open_accounts, open_database};
use crate::terminal::say;

/// Looks after users.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Gives a user another tier.
    SetTier {
        /// The user's e-mail address.
        email: String,
        /// free, pro, enterprise or `high_frequency`.
        tier: Tier,
    },
}

impl User {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let Self::SetTier { email, tier } = self;
        let db = open_database(config, config.auto_create_tables).await?;
        let users = open_accounts(config, db, &Sources::system())?.set_tier(&email, tier).await?;
        say(&format!(
            "{email} is {tier} now ({} account{})",
            users.len(),
            if users.len() == 1 { "" } else { "s" }
        ));
        Ok(ExitCode::SUCCESS)
    }
}
