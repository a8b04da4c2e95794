use std::process::ExitCode;

use accounts::{Accounts, Error, Scopes, TokenInfo, TokenRequest};
use anyhow::{Result, bail};
use clap::Subcommand;
use kit::Sources;
use kit::ids::TokenId;

use crate::config::Config;
use crate::rooms::{open_accounts, open_database, open_existing};
use crate::terminal::{note, say};

/// Make, list and revoke personal API tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token, and its user when there is none with that address.
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
    /// Print a user's tokens, without the tokens themselves.
    List {
        /// The user's e-mail address.
        #[arg(long)]
        email: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a token useless at once.
    Revoke {
        /// The user's e-mail address.
        #[arg(long)]
        email: String,
        /// The token's id, as `list` prints it.
        id: TokenId,
    },
}

impl Token {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let sources = Sources::system();
        // The first token is what makes a new database of use.
        let db = match &self {
            Self::Create { .. } => open_database(config, config.auto_create_tables).await?,
            Self::List { .. } | Self::Revoke { .. } => open_existing(config).await?,
        };
        let accounts = open_accounts(config, db, &sources)?;
        match self {
            Self::Create { email, name, days } => {
                let expires_at = days.map(|days| sources.clock.now().plus_ms(i64::from(days) * 86_400_000));
                create(&accounts, &email, TokenRequest { name, scopes: Scopes::all(), expires_at }).await?;
            }
            Self::List { email, json } => list(&accounts, &email, json).await?,
            Self::Revoke { email, id } => revoke(&accounts, &email, id).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn create(accounts: &Accounts, email: &str, request: TokenRequest) -> Result<()> {
    let (user, token) = accounts.create_token_for_email(email, request).await?;
    let tier = user.tier;
    note(&format!(
        "a token for {email} (tier {tier}; `bloxserver user set-tier` changes it); it is shown this once:"
    ));
    say(token.secret.expose());
    Ok(())
}

async fn list(accounts: &Accounts, email: &str, json: bool) -> Result<()> {
    let mut tokens: Vec<TokenInfo> = Vec::new();
    for user in accounts.find_users(email).await? {
        tokens.extend(accounts.list_tokens(user.id).await?);
    }
    if json {
        say(&serde_json::to_string_pretty(&tokens)?);
        return Ok(());
    }
    for token in tokens {
        let expiry = token.expires_at.map_or("never expires".to_owned(), |at| format!("expires {at}"));
        let use_ = token.last_used_at.map_or("never used".to_owned(), |at| format!("used {at}"));
        say(&format!("{}  {}…  {}  {expiry}, {use_}", token.id, token.prefix, token.name));
    }
    Ok(())
}

async fn revoke(accounts: &Accounts, email: &str, id: TokenId) -> Result<()> {
    for user in accounts.find_users(email).await? {
        match accounts.revoke_token(user.id, id).await {
            Ok(()) => {
                say(&format!("{id} is revoked; a running server forgets it within five seconds"));
                return Ok(());
            }
            Err(Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("{email} has no token {id}: `bloxserver token list --email {email}` shows which there are")
}
