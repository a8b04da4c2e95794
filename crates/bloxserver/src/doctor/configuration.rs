//! Settings that contradict each other, or are dangerous; a value that is none has stopped the program before.

use std::net::IpAddr;

use db::{Settings, Target};
use url::{Host, Url};

use super::{Finding, Report};
use crate::config::{Config, Environment, Hidden};
use crate::program;

const AREA: &str = "configuration";
/// Records of model calls that budgets of a calendar month are counted from.
const MONTH_DAYS: u32 = 31;

pub(super) fn look(config: &Config, report: &mut Report) {
    let groups = [exposure(config), sign_in(config), pairs(config), keeping(config), unknown(config)];
    report.extend(groups.into_iter().flatten());
    if !report.complains_about(AREA) {
        report.add(Finding::fine(AREA, "nothing contradicts, nothing is dangerous"));
    }
}

fn warning(message: impl Into<String>, hint: impl Into<String>) -> Finding {
    Finding::warning(AREA, message, hint)
}

/// Who reaches what.
fn exposure(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let is_public = !config.host.to_canonical().is_loopback();
    if is_public && config.webhook_base_url.is_none() {
        found.push(warning(
            format!("webhook addresses begin with {}, which callers cannot reach", config.webhook_base_url()),
            "set WEBHOOK_BASE_URL to what callers see, such as https://flows.example.com/webhooks",
        ));
    }
    if config.webhook_base_url.as_deref().is_some_and(is_plain_and_far) {
        found.push(warning(
            "WEBHOOK_BASE_URL is http: tokens of webhooks travel readable",
            "put a proxy with TLS before the server and write https://",
        ));
    }
    if let Some(wide) = wide_network(&config.egress_allow) {
        found.push(warning(
            format!(
                "EGRESS_ALLOW opens {wide}: flows reach the machine's own services or a cloud's metadata"
            ),
            "name the hosts and ports that flows need, such as ollama.lan:11434",
        ));
    }
    if let Some(wide) = all_addresses(&config.trusted_proxies) {
        found.push(warning(
            format!("TRUSTED_PROXIES is {wide}: every caller can claim any address in X-Forwarded-For"),
            "name the addresses of your proxies alone",
        ));
    }
    if config.metrics_addr.is_some_and(|address| !address.ip().to_canonical().is_loopback()) {
        found.push(warning(
            "METRICS_ADDR is open to everybody who reaches it",
            "let a firewall pass your monitoring alone, or use 127.0.0.1",
        ));
    }
    let is_production = config.env == Environment::Production;
    if is_production && let Some(origin) = config.cors_origins.iter().find(|one| is_plain_and_far(one)) {
        found.push(warning(
            format!("CORS_ORIGINS has {origin}: whoever can change that page on its way acts as its users"),
            "allow https origins alone",
        ));
    }
    if let Some(host) = database_in_the_clear(config) {
        found.push(warning(
            format!("DATABASE_URL lets the connection to {host} be unencrypted"),
            "add ?sslmode=require",
        ));
    }
    found
}

fn sign_in(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let is_development = config.env == Environment::Development;
    let is_loopback = config.host.to_canonical().is_loopback();
    let has_issuer = config.clerk_issuer.is_some();
    if is_development && (!is_loopback || has_issuer) {
        found.push(warning(
            "ENV=development has no effect on sign-in: HOST is not a loopback address, or CLERK_ISSUER is set",
            "set ENV=production, or HOST=127.0.0.1 without CLERK_ISSUER",
        ));
    }
    let parties = config.clerk_authorized_parties.iter().any(|party| !party.is_empty());
    if has_issuer && !parties {
        found.push(warning(
            "CLERK_AUTHORIZED_PARTIES is empty: sessions of every page that uses the issuer are taken",
            "set it to the origins of your own pages",
        ));
    }
    let alone = [
        ("CLERK_PUBLISHABLE_KEY", config.clerk_publishable_key.is_some()),
        ("CLERK_AUDIENCE", config.clerk_audience.is_some()),
        ("CLERK_AUTHORIZED_PARTIES", parties),
        ("CLERK_WEBHOOK_SECRET", is_filled(config.clerk_webhook_secret.as_ref())),
    ];
    let idle = alone.iter().filter(|(_, is_set)| *is_set && !has_issuer);
    found.extend(idle.map(|(name, _)| {
        warning(format!("{name} has no effect without CLERK_ISSUER"), "set CLERK_ISSUER, or leave it out")
    }));
    found
}

/// Settings that need another.
fn pairs(config: &Config) -> Vec<Finding> {
    let has_mail = is_filled(config.smtp_url.as_ref());
    let mut found = Vec::new();
    if config.smtp_from.is_some() && !has_mail {
        found.push(warning("SMTP_FROM has no effect without SMTP_URL", "set SMTP_URL, or leave it out"));
    }
    let has_secret = is_filled(config.alert_webhook_secret.as_ref());
    match (config.alert_webhook_url.is_some(), has_secret) {
        (true, false) => found.push(Finding::error(
            AREA,
            "ALERT_WEBHOOK_URL needs ALERT_WEBHOOK_SECRET: the server does not start",
            "set it, for example to the answer of `openssl rand -base64 32`",
        )),
        (false, true) => found.push(warning(
            "ALERT_WEBHOOK_SECRET has no effect without ALERT_WEBHOOK_URL",
            "set ALERT_WEBHOOK_URL, or leave it out",
        )),
        _ => {}
    }
    if config.searxng_url.is_some() && is_filled(config.brave_search_api_key.as_ref()) {
        found.push(warning(
            "BRAVE_SEARCH_API_KEY is not used: SEARXNG_URL goes first",
            "leave one of them out",
        ));
    }
    if is_filled(config.llm_api_key.as_ref()) && config.llm_base_url.is_none() {
        found.push(warning("LLM_API_KEY has no effect without LLM_BASE_URL", "set LLM_BASE_URL"));
    }
    found
}

/// What is kept, watched and logged.
fn keeping(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    if config.disk_low_mb == 0 && is_sqlite(config) {
        found.push(warning(
            "DISK_LOW_MB=0: a full disk is met in the middle of the work",
            "set DISK_LOW_MB=100, so that new work is refused while there is room to end what runs",
        ));
    }
    if (1..MONTH_DAYS).contains(&config.llm_retention_days) {
        found.push(warning(
            "LLM_RETENTION_DAYS is under 31: budgets of a calendar month forget its beginning",
            "set it to 31 or more",
        ));
    }
    if config.watchdog == engine::Reaction::Off {
        found.push(warning(
            "WATCHDOG=off: nobody is told of what runs away, hangs or fails",
            "set WATCHDOG=warn to be told and stop nothing",
        ));
    }
    let is_loud = config.rust_log.split(',').any(|part| matches!(part.trim(), "debug" | "trace"));
    if is_loud && config.env == Environment::Production {
        found.push(warning(
            format!("RUST_LOG={}: libraries log much, and slow the server down", config.rust_log),
            "set RUST_LOG=info, or name the module, as in engine=debug,info",
        ));
    }
    found
}

/// Lines of `.env` that nobody reads: most are misspelt.
fn unknown(config: &Config) -> Vec<Finding> {
    let Ok(lines) = dotenvy::from_path_iter(".env") else { return Vec::new() };
    let settings = program::settings();
    let providers = crate::models::settings(config).map(|settings| settings.providers).unwrap_or_default();
    let is_known = |name: &str| {
        settings.iter().any(|setting| setting.get_env().is_some_and(|known| known == name))
            || providers.iter().any(|provider| provider.key_variable == name)
            || NOT_OURS.contains(&name)
            || name.starts_with("OTEL_")
    };
    let names = lines.filter_map(Result::ok).map(|(name, _)| name);
    let unknown = names.filter(|name| !is_known(name));
    unknown
        .map(|name| {
            warning(
                format!(".env sets {name}, which is no setting"),
                "`bloxserver config --names` lists them; leave it out",
            )
        })
        .collect()
}

/// Variables that libraries read.
const NOT_OURS: [&str; 4] = ["NO_COLOR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"];

fn is_filled(hidden: Option<&Hidden>) -> bool {
    hidden.is_some_and(|Hidden(secret)| !secret.expose().is_empty())
}

fn is_sqlite(config: &Config) -> bool {
    let settings = Settings::from_url(config.database_url().expose());
    settings.is_ok_and(|settings| matches!(settings.target, Target::Sqlite(_)))
}

/// `http` to another machine than this.
fn is_plain_and_far(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    url.scheme() == "http" && url.host().is_some_and(|host| !is_near(&host))
}

fn is_near(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).to_canonical().is_loopback(),
    }
}

/// A network that holds loopback or link-local addresses, or the host of a cloud's metadata.
fn wide_network(rules: &str) -> Option<&str> {
    const DANGEROUS: [&str; 4] = ["127.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"];
    let entries = rules.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let is_dangerous = |entry: &&str| {
        // A rule with a port opens one service, which somebody meant.
        let Ok(allow) = entry.parse::<net::EgressAllow>() else { return false };
        let opens = |text: &&str| text.parse().is_ok_and(|address| allow.opens(address));
        DANGEROUS.iter().any(opens)
    };
    entries.into_iter().find(is_dangerous)
}

fn all_addresses(networks: &str) -> Option<&str> {
    networks.split(',').map(str::trim).find(|network| network.ends_with("/0"))
}

/// The host of a PostgreSQL elsewhere that may answer without TLS.
fn database_in_the_clear(config: &Config) -> Option<String> {
    let url = Url::parse(config.database_url().expose()).ok()?;
    if !url.scheme().starts_with("postgres") {
        return None;
    }
    let is_strict = url.query_pairs().any(|(name, value)| name == "sslmode" && value == "require");
    let host = url.host_str().filter(|host| !host.is_empty() && !is_local(host))?;
    (!is_strict).then(|| host.to_owned())
}

/// The scheme is not the web's, so hosts are not parsed: names and addresses of this machine.
fn is_local(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}
