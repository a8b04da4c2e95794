//! The rooms, wired.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, ClerkSettings, MasterKeys, Mode, WebhookSecret};
use anyhow::{Context, Result};
use db::{Db, Settings, Target};
use engine::flow::catalogue::Catalogue;
use engine::{Engine, Parts, Registry};
use journal::Journal;
use kit::Sources;

use crate::config::{Config, Environment, Hidden};
use crate::models;
use crate::owners::Owners;
use crate::terminal::note;

/// Everything that a command may need, open.
pub(crate) struct Rooms {
    pub(crate) accounts: Accounts,
    pub(crate) engine: Engine,
    pub(crate) gateway: llm::Gateway,
    pub(crate) sources: Sources,
}

/// Opens the database that the configuration names.
pub(crate) async fn open_database(config: &Config, migrate: bool) -> Result<Db> {
    let settings = Settings::from_url(config.database_url().expose())?;
    Ok(Db::open(&settings, migrate).await?)
}

/// Opens the accounts on a database.
pub(crate) fn open_accounts(config: &Config, db: Db, sources: &Sources) -> Result<Accounts> {
    let keys = master_keys(config, sources)?;
    let mode = mode(config)?;
    let providers = models::settings(config)?.providers.into_iter().map(|provider| provider.name);
    let mut settings = AccountsSettings::new(mode).with_providers(providers);
    settings.default_tier = config.default_tier;
    Ok(Accounts::new(settings, db, client(config)?, sources.clone(), keys))
}

/// Opens all rooms on a database.
pub(crate) fn open(config: &Config, db: &Db) -> Result<Rooms> {
    let sources = Sources::system();
    let accounts = open_accounts(config, db.clone(), &sources)?;
    let owners = Owners(accounts.clone());
    let gateway = models::gateway(config, Arc::new(owners.clone()), &sources)?;
    gateway.keep_records(db.clone());
    let parts = Parts {
        journal: Journal::new(db.clone()),
        registry: registry(config, gateway.clone(), &sources)?,
        admission: Arc::new(owners.clone()),
        keeper: Arc::new(owners),
        sources: sources.clone(),
        is_alone: db.dialect() == "sqlite",
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(Rooms { accounts, engine: Engine::new(parts), gateway, sources })
}

/// What handlers there are, without a database.
pub(crate) fn catalogue(config: &Config) -> Result<Catalogue> {
    let sources = Sources::system();
    let gateway = models::gateway(config, Arc::new(llm::OperatorKeysOnly), &sources)?;
    Ok(registry(config, gateway, &sources)?.catalogue())
}

/// Whether the database is a file, and in which folder.
pub(crate) fn sqlite_folder(config: &Config) -> Result<Option<std::path::PathBuf>> {
    match Settings::from_url(config.database_url().expose())?.target {
        Target::Sqlite(path) => Ok(Some(path.parent().map_or_else(|| ".".into(), ToOwned::to_owned))),
        Target::Postgres(_) => Ok(None),
    }
}

fn registry(config: &Config, gateway: llm::Gateway, sources: &Sources) -> Result<Registry> {
    Ok(nodes::registry(client(config)?, gateway, sources.clock.clone()))
}

fn client(config: &Config) -> Result<net::Client> {
    let allow = config.egress_allow.parse().context("EGRESS_ALLOW")?;
    Ok(net::Client::new(allow)?)
}

fn mode(config: &Config) -> Result<Mode> {
    let given = config.clerk_webhook_secret.as_ref().filter(|Hidden(secret)| !secret.expose().is_empty());
    let webhook_secret = given.map(|Hidden(secret)| WebhookSecret::parse(secret.expose())).transpose()?;
    let clerk = config.clerk_issuer.as_deref().map(|issuer| -> Result<ClerkSettings> {
        let mut clerk = ClerkSettings::new(issuer).context("CLERK_ISSUER")?;
        clerk.audience.clone_from(&config.clerk_audience);
        clerk.authorized_parties =
            config.clerk_authorized_parties.iter().filter(|party| !party.is_empty()).cloned().collect();
        clerk.webhook_secret = webhook_secret;
        Ok(clerk)
    });
    Ok(Mode::choose(config.env == Environment::Development, clerk.transpose()?, config.host))
}

fn master_keys(config: &Config, sources: &Sources) -> Result<MasterKeys> {
    let given = config.api_key_encryption_key.as_ref().map(|Hidden(keys)| keys);
    if let Some(keys) = given.filter(|keys| !keys.expose().is_empty()) {
        return Ok(MasterKeys::parse(keys.expose())?);
    }
    std::fs::create_dir_all(&config.blox_data_dir).context("BLOX_DATA_DIR")?;
    let path = config.blox_data_dir.join("master.key");
    let (keys, is_new) = MasterKeys::load_or_create(&path, &sources.entropy)?;
    if is_new {
        note(&format!(
            "{} was made: back it up apart from the database; without it no secret can be read again",
            path.display()
        ));
    }
    Ok(keys)
}
