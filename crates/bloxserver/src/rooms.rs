//! The rooms, wired.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, ClerkSettings, MasterKeys, Mode, WebhookSecret};
use anyhow::{Context, Result, bail};
use db::{Db, Settings, Shared, Target};
use engine::flow::catalogue::Catalogue;
use engine::{Engine, Parts, Registry};
use journal::Journal;
use kit::{Secret, Sources};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::alarm::{Alarms, Webhook};
use crate::config::{Config, Environment, Hidden};
use crate::model_alerts::Refusal;
use crate::models;
use crate::owners::{Owners, TierRetention};
use crate::terminal::note;

/// Everything that a command may need, open.
pub(crate) struct Rooms {
    pub(crate) accounts: Accounts,
    pub(crate) engine: Engine,
    pub(crate) gateway: llm::Gateway,
    pub(crate) sources: Sources,
    /// What nodes share beside the database, where there is something.
    pub(crate) shared: Option<Shared>,
    /// What providers say to owners' keys.
    pub(crate) refusals: UnboundedReceiver<Refusal>,
}

/// Opens the database that the configuration names; makes a SQLite file that is not there.
pub(crate) async fn open_database(config: &Config, migrate: bool) -> Result<Db> {
    if let Some(folder) = sqlite_folder(config)? {
        make_folder(&folder)?;
    }
    let settings = Settings::from_url(config.database_url().expose())?;
    Ok(Db::open(&settings, migrate).await?)
}

/// Opens it for a command that has nothing to do on a new one.
pub(crate) async fn open_existing(config: &Config) -> Result<Db> {
    if let Target::Sqlite(path) = Settings::from_url(config.database_url().expose())?.target
        && !path.exists()
    {
        bail!("there is no database at {}: set BLOX_DATA_DIR or DATABASE_URL", path.display());
    }
    open_database(config, false).await
}

/// Makes a folder that only its owner may look into: payloads lie in it.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("{} cannot be made", folder.display()))
}

/// Opens the accounts on a database.
pub(crate) fn open_accounts(config: &Config, db: Db, sources: &Sources) -> Result<Accounts> {
    accounts_with(master_keys(config, sources)?, client(config)?, config, db, sources)
}

fn accounts_with(
    keys: MasterKeys,
    client: net::Client,
    config: &Config,
    db: Db,
    sources: &Sources,
) -> Result<Accounts> {
    let mode = mode(config)?;
    let providers = models::settings(config)?.providers.into_iter().map(|provider| provider.name);
    let mut settings = AccountsSettings::new(mode).with_providers(providers);
    settings.default_tier = config.default_tier;
    settings.audit_days = config.audit_days;
    Ok(Accounts::new(settings, db, client, sources.clone(), keys))
}

/// Opens all rooms on a database.
pub(crate) fn open(config: &Config, db: &Db) -> Result<Rooms> {
    let sources = Sources::system();
    let keys = master_keys(config, &sources)?;
    open_with(keys, config, db, sources)
}

/// Opens all rooms on a database that is thrown away, with a key that is thrown away.
pub(crate) fn open_passing(config: &Config, db: &Db) -> Result<Rooms> {
    let sources = Sources::system();
    open_with(MasterKeys::passing(&sources.entropy)?, config, db, sources)
}

fn open_with(keys: MasterKeys, config: &Config, db: &Db, sources: Sources) -> Result<Rooms> {
    let client = client(config)?;
    let accounts = accounts_with(keys, client.clone(), config, db.clone(), &sources)?;
    let retention = TierRetention {
        days: config.retention_days,
        executions: config.retention_executions,
        default_tier: config.default_tier,
    };
    let (told, refusals) = mpsc::unbounded_channel();
    let owners = Owners::new(accounts.clone(), retention, told);
    let gateway = models::gateway(config, &client, Arc::new(owners.clone()), &sources)?;
    gateway.keep_records(db.clone());
    let parts = Parts {
        journal: Journal::new(db.clone()),
        registry: registry(config, client, gateway.clone(), &sources)?,
        admission: Arc::new(owners.clone()),
        keeper: Arc::new(owners),
        limits: engine::Limits::default(),
        sources: sources.clone(),
        is_alone: db.dialect() == "sqlite",
        version: env!("CARGO_PKG_VERSION"),
        address: config.node_address.clone(),
        watchdog: watchdog(config),
        alarm: Some(Arc::new(alarms(config, &accounts, &sources)?)),
    };
    Ok(Rooms { accounts, engine: Engine::new(parts), gateway, sources, shared: None, refusals })
}

/// What handlers there are, without a database.
pub(crate) fn catalogue(config: &Config) -> Result<Catalogue> {
    let sources = Sources::system();
    let client = client(config)?;
    let gateway = models::gateway(config, &client, Arc::new(llm::OperatorKeysOnly), &sources)?;
    Ok(registry(config, client, gateway, &sources)?.catalogue())
}

/// Whether the database is a file, and in which folder.
pub(crate) fn sqlite_folder(config: &Config) -> Result<Option<PathBuf>> {
    match Settings::from_url(config.database_url().expose())?.target {
        Target::Sqlite(path) => Ok(Some(path.parent().map_or_else(|| ".".into(), ToOwned::to_owned))),
        Target::Postgres(_) => Ok(None),
    }
}

fn registry(
    config: &Config,
    client: net::Client,
    gateway: llm::Gateway,
    sources: &Sources,
) -> Result<Registry> {
    Ok(nodes::registry(client, gateway, sources.clock.clone(), services(config)?))
}

fn watchdog(config: &Config) -> engine::Watchdog {
    engine::Watchdog {
        reaction: config.watchdog,
        repeats: config.watchdog_repeats,
        tokens_percent: config.watchdog_tokens,
        ..engine::Watchdog::default()
    }
}

/// With a client of its own: it reaches the webhook that the operator named, flows do not.
fn alarms(config: &Config, accounts: &Accounts, sources: &Sources) -> Result<Alarms> {
    let webhook = config.alert_webhook_url.as_deref().map(|url| {
        let secret = filled(config.alert_webhook_secret.as_ref());
        Webhook::new(url, &secret.context("ALERT_WEBHOOK_SECRET is needed with ALERT_WEBHOOK_URL")?)
    });
    let places = config.alert_webhook_url.iter().filter_map(|url| models::plain_place(url));
    Ok(Alarms {
        accounts: accounts.clone(),
        client: models::client_for(config, places)?,
        mail: mail(config)?,
        webhook: webhook.transpose()?,
        clock: sources.clock.clone(),
    })
}

/// A secret that is set to something.
pub(crate) fn filled(hidden: Option<&Hidden>) -> Option<Secret> {
    hidden.map(|Hidden(secret)| secret.clone()).filter(|secret| !secret.expose().is_empty())
}

/// The mail server, if there is one.
pub(crate) fn mail(config: &Config) -> Result<Option<nodes::MailSettings>> {
    let Some(url) = filled(config.smtp_url.as_ref()) else { return Ok(None) };
    let from = config.smtp_from.as_deref().context("SMTP_FROM is needed with SMTP_URL")?;
    Ok(Some(nodes::MailSettings::parse(&url, from)?))
}

fn services(config: &Config) -> Result<nodes::Services> {
    let search = match &config.searxng_url {
        Some(url) => Some(nodes::SearchProvider::searxng(url)?),
        None => filled(config.brave_search_api_key.as_ref()).map(nodes::SearchProvider::brave),
    };
    Ok(nodes::Services { mail: mail(config)?, search })
}

/// What flows send requests with. One for all: each client keeps the system's certificates and connections of its own.
pub(crate) fn client(config: &Config) -> Result<net::Client> {
    let allow = config.egress_allow.parse().context("EGRESS_ALLOW")?;
    Ok(net::Client::new(allow)?)
}

pub(crate) fn mode(config: &Config) -> Result<Mode> {
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
    make_folder(&config.blox_data_dir).context("BLOX_DATA_DIR")?;
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
