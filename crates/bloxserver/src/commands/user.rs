use std::process::ExitCode;

use accounts::{Tier, User as Person};
use anyhow::Result;
use clap::Subcommand;
use kit::Sources;

use crate::config::Config;
use crate::rooms::{open_accounts, open_existing};
use crate::terminal::{count, say};

/// Look after users.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Print everybody, the longest known first.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Give a user another tier.
    SetTier {
        /// The user's e-mail address.
        email: String,
        /// free, pro, enterprise or `high_frequency`.
        tier: Tier,
    },
    /// Make a user an operator, who sees every node and the server's own alerts.
    SetOperator {
        /// The user's e-mail address.
        email: String,
        /// The user is none any more.
        #[arg(long)]
        off: bool,
    },
}

impl User {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let db = open_existing(config).await?;
        let accounts = open_accounts(config, db, &Sources::system())?;
        match self {
            Self::List { json: true } => {
                say(&serde_json::to_string_pretty(&accounts.list_users().await?)?);
            }
            Self::List { json: false } => accounts.list_users().await?.iter().for_each(print),
            Self::SetTier { email, tier } => {
                let users = accounts.set_tier(&email, tier).await?;
                say(&format!("{email} is {tier} now ({})", count(users.len(), "account")));
            }
            Self::SetOperator { email, off } => {
                let users = accounts.set_operator(&email, !off).await?;
                let word = if off { "no operator any more" } else { "an operator now" };
                say(&format!("{email} is {word} ({})", count(users.len(), "account")));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(person: &Person) {
    let email = person.email.as_deref().unwrap_or("(no address yet)");
    say(&format!("{}  {:<14}  {email}", person.id, person.tier.to_string()));
}
