mod per_tier;
mod values;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kit::Secret;
use kit::telemetry::Format;

pub(crate) use per_tier::PerTier;

/// Every setting: a flag, a variable of the environment (or of `.env`) of the same name, or its default.
#[derive(Debug, Args)]
pub(crate) struct Config {
    /// production, or development.
    #[arg(long, env = "ENV", help_heading = "Server", default_value = "production", global = true)]
    pub(crate) env: Environment,
    /// The address that is listened on.
    #[arg(long, env = "HOST", help_heading = "Server", default_value = "127.0.0.1", global = true, value_parser = values::host)]
    pub(crate) host: IpAddr,
    /// The port that is listened on.
    #[arg(long, env = "PORT", help_heading = "Server", default_value = "8000", global = true, value_parser = values::port)]
    pub(crate) port: u16,
    /// The folder of the database, the master key and the indexes.
    #[arg(long, env = "BLOX_DATA_DIR", help_heading = "Data", default_value = "./data", global = true)]
    pub(crate) blox_data_dir: PathBuf,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME; SQLite in the data folder when absent.
    #[arg(long, env = "DATABASE_URL", help_heading = "Data", hide_env_values = true, global = true)]
    pub(crate) database_url: Option<Hidden>,
    /// A Redis or Valkey through which several nodes count limits and wake each other.
    #[arg(long, env = "REDIS_URL", help_heading = "Data", hide_env_values = true, global = true)]
    pub(crate) redis_url: Option<Hidden>,
    /// Brings the database's tables up to date at start.
    #[arg(long, env = "AUTO_CREATE_TABLES", help_heading = "Data", default_value_t = true, action = clap::ArgAction::Set, global = true)]
    pub(crate) auto_create_tables: bool,
    /// With less free space than so many megabytes where the SQLite database lies nothing new is begun; 0 is never.
    #[arg(long, env = "DISK_LOW_MB", help_heading = "Data", default_value_t = 100, global = true)]
    pub(crate) disk_low_mb: u32,
    /// Days for which finished executions are kept, by tier; 0 is for ever.
    #[arg(
        long,
        env = "RETENTION_DAYS",
        help_heading = "Data",
        default_value = "free=14,pro=90,365",
        global = true
    )]
    pub(crate) retention_days: PerTier,
    /// Finished executions that are kept of a flow, by tier; 0 is any number.
    #[arg(
        long,
        env = "RETENTION_EXECUTIONS",
        help_heading = "Data",
        default_value = "free=10000,pro=100000,1000000",
        global = true
    )]
    pub(crate) retention_executions: PerTier,
    /// Days for which records of model calls are kept; 0 is for ever.
    #[arg(long, env = "LLM_RETENTION_DAYS", help_heading = "Data", default_value_t = 400, global = true)]
    pub(crate) llm_retention_days: u32,
    /// The issuer of Clerk's tokens.
    #[arg(long, env = "CLERK_ISSUER", help_heading = "Sign-in", global = true, value_parser = values::issuer)]
    pub(crate) clerk_issuer: Option<String>,
    /// With it the interface offers sign-in with Clerk, and loads Clerk's script.
    #[arg(long, env = "CLERK_PUBLISHABLE_KEY", help_heading = "Sign-in", global = true, value_parser = web::Clerk::parse)]
    pub(crate) clerk_publishable_key: Option<web::Clerk>,
    /// The audience that Clerk's tokens must name.
    #[arg(long, env = "CLERK_AUDIENCE", help_heading = "Sign-in", global = true, value_parser = values::filled)]
    pub(crate) clerk_audience: Option<String>,
    /// The origins that Clerk's tokens may be made for.
    #[arg(
        long,
        env = "CLERK_AUTHORIZED_PARTIES",
        help_heading = "Sign-in",
        value_delimiter = ',',
        global = true
    )]
    pub(crate) clerk_authorized_parties: Vec<String>,
    /// Checks the signature of POST /webhooks/clerk.
    #[arg(
        long,
        env = "CLERK_WEBHOOK_SECRET",
        help_heading = "Sign-in",
        hide_env_values = true,
        global = true
    )]
    pub(crate) clerk_webhook_secret: Option<Hidden>,
    /// The tier of new users.
    #[arg(long, env = "DEFAULT_TIER", help_heading = "Sign-in", default_value = "free", global = true)]
    pub(crate) default_tier: accounts::Tier,
    /// For how many days the audit log keeps what users changed.
    #[arg(long, env = "AUDIT_DAYS", help_heading = "Data", default_value = "365", global = true, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) audit_days: u32,
    /// Private addresses that flows may reach.
    #[arg(long, env = "EGRESS_ALLOW", help_heading = "Flows", default_value = "", global = true, value_parser = values::egress)]
    pub(crate) egress_allow: String,
    /// Reverse proxies whose X-Forwarded-For is believed: addresses and networks, comma-separated.
    #[arg(long, env = "TRUSTED_PROXIES", help_heading = "Server", default_value = "", global = true, value_parser = values::proxies)]
    pub(crate) trusted_proxies: String,
    /// A second address, for /metrics.
    #[arg(long, env = "METRICS_ADDR", help_heading = "Server", global = true, value_parser = values::address)]
    pub(crate) metrics_addr: Option<SocketAddr>,
    /// The base address of a collector that takes traces by OTLP over HTTP.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", help_heading = "Traces", global = true, value_parser = values::base_url)]
    pub(crate) otel_exporter_otlp_endpoint: Option<String>,
    /// Headers for it: name=value, several by commas.
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_HEADERS",
        help_heading = "Traces",
        hide_env_values = true,
        global = true
    )]
    pub(crate) otel_exporter_otlp_headers: Option<Hidden>,
    /// The server's name in traces.
    #[arg(
        long,
        env = "OTEL_SERVICE_NAME",
        help_heading = "Traces",
        default_value = "bloxserver",
        global = true
    )]
    pub(crate) otel_service_name: String,
    /// Where operators reach this node; shown by `GET /api/v1/nodes`.
    #[arg(long, env = "NODE_ADDRESS", help_heading = "Server", global = true, value_parser = values::filled)]
    pub(crate) node_address: Option<String>,
    /// 32 bytes in base64 that seal what is secret; the file `master.key` in the data folder when absent.
    #[arg(
        long,
        env = "API_KEY_ENCRYPTION_KEY",
        help_heading = "Data",
        hide_env_values = true,
        global = true
    )]
    pub(crate) api_key_encryption_key: Option<Hidden>,
    /// Origins of browsers that may call the API.
    #[arg(
        long,
        env = "CORS_ORIGINS",
        help_heading = "Server",
        value_delimiter = ',',
        default_value = "http://localhost:3000,https://app.openblox.ai",
        global = true, value_parser = values::origin)]
    pub(crate) cors_origins: Vec<String>,
    /// What webhook addresses begin with, as callers see it.
    #[arg(long, env = "WEBHOOK_BASE_URL", help_heading = "Server", global = true, value_parser = values::base_url)]
    pub(crate) webhook_base_url: Option<String>,
    /// Serves /docs and /openapi.json.
    #[arg(long, env = "ENABLE_DOCS", help_heading = "Server", default_value_t = true, action = clap::ArgAction::Set, global = true)]
    pub(crate) enable_docs: bool,
    /// What is logged: error, warn, info, debug, or a filter by module.
    #[arg(long, env = "RUST_LOG", help_heading = "Server", default_value = "info", global = true, value_parser = values::filter)]
    pub(crate) rust_log: String,
    /// text, or json; text on a terminal and JSON elsewhere when absent.
    #[arg(long, env = "LOG_FORMAT", help_heading = "Server", global = true)]
    pub(crate) log_format: Option<LogFormat>,
    /// The platform's key for OpenAI.
    #[arg(long, env = "OPENAI_API_KEY", help_heading = "Models", hide_env_values = true, global = true)]
    pub(crate) openai_api_key: Option<Hidden>,
    /// The platform's key for Anthropic.
    #[arg(long, env = "ANTHROPIC_API_KEY", help_heading = "Models", hide_env_values = true, global = true)]
    pub(crate) anthropic_api_key: Option<Hidden>,
    /// The platform's key for xAI.
    #[arg(long, env = "XAI_API_KEY", help_heading = "Models", hide_env_values = true, global = true)]
    pub(crate) xai_api_key: Option<Hidden>,
    /// The platform's key for Together.
    #[arg(long, env = "TOGETHER_API_KEY", help_heading = "Models", hide_env_values = true, global = true)]
    pub(crate) together_api_key: Option<Hidden>,
    /// Where an Ollama serves, for example http://localhost:11434/v1.
    #[arg(long, env = "OLLAMA_BASE_URL", help_heading = "Models", global = true, value_parser = values::base_url)]
    pub(crate) ollama_base_url: Option<String>,
    /// A service that speaks OpenAI's chat completions, for models of no known provider.
    #[arg(long, env = "LLM_BASE_URL", help_heading = "Models", global = true, value_parser = values::base_url)]
    pub(crate) llm_base_url: Option<String>,
    /// Its key.
    #[arg(long, env = "LLM_API_KEY", help_heading = "Models", hide_env_values = true, global = true)]
    pub(crate) llm_api_key: Option<Hidden>,
    /// A file in TOML with providers, aliases, limits and prices of models.
    #[arg(long, env = "LLM_CONFIG", help_heading = "Models", global = true)]
    pub(crate) llm_config: Option<PathBuf>,
    /// The mail server of `email`: smtps://USER:PASSWORD@HOST, smtp://… for STARTTLS, smtp://HOST?tls=none for neither.
    #[arg(long, env = "SMTP_URL", help_heading = "Flows", hide_env_values = true, global = true)]
    pub(crate) smtp_url: Option<Hidden>,
    /// In whose name `email` sends, as in `Flows <flows@example.com>`.
    #[arg(long, env = "SMTP_FROM", help_heading = "Flows", global = true, value_parser = values::filled)]
    pub(crate) smtp_from: Option<String>,
    /// A key for Brave's search API, for `search`.
    #[arg(long, env = "BRAVE_SEARCH_API_KEY", help_heading = "Flows", hide_env_values = true, global = true)]
    pub(crate) brave_search_api_key: Option<Hidden>,
    /// A SearXNG with the `json` format on, for `search`; goes before Brave.
    #[arg(long, env = "SEARXNG_URL", help_heading = "Flows", global = true, value_parser = values::base_url)]
    pub(crate) searxng_url: Option<String>,
    /// What the watchdog may do: stop what runs away, warn alone, or nothing (off).
    #[arg(long, env = "WATCHDOG", help_heading = "Watchdog", default_value = "stop", global = true)]
    pub(crate) watchdog: engine::Reaction,
    /// How often the same message may repeat until it warns, and until it stops.
    #[arg(long, env = "WATCHDOG_REPEATS", help_heading = "Watchdog", default_value = "3,5", global = true)]
    pub(crate) watchdog_repeats: engine::Levels,
    /// The percentage of an execution's model tokens at which it warns, and at which it stops.
    #[arg(long, env = "WATCHDOG_TOKENS", help_heading = "Watchdog", default_value = "80,95", global = true)]
    pub(crate) watchdog_tokens: engine::Levels,
    /// Where alerts are posted.
    #[arg(long, env = "ALERT_WEBHOOK_URL", help_heading = "Watchdog", global = true, value_parser = values::base_url)]
    pub(crate) alert_webhook_url: Option<String>,
    /// What signs them: whsec_ and base64, or any text.
    #[arg(
        long,
        env = "ALERT_WEBHOOK_SECRET",
        help_heading = "Watchdog",
        hide_env_values = true,
        global = true
    )]
    pub(crate) alert_webhook_secret: Option<Hidden>,
    /// The model of agents and prompts that name none.
    #[arg(long, env = "LLM_DEFAULT_MODEL", help_heading = "Models", global = true, value_parser = values::filled)]
    pub(crate) llm_default_model: Option<String>,
}

/// A value that is never printed.
#[derive(Debug, Clone)]
pub(crate) struct Hidden(pub(crate) Secret);

/// Who the server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Environment {
    /// Strangers.
    Production,
    /// One person on one machine.
    Development,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Config {
    /// How the log is written.
    pub(crate) fn log_format(&self) -> Format {
        match self.log_format {
            Some(LogFormat::Text) => Format::Text,
            Some(LogFormat::Json) => Format::Json,
            None => Format::fitting(),
        }
    }

    /// Where the database is.
    pub(crate) fn database_url(&self) -> Secret {
        match &self.database_url {
            Some(url) if !url.0.expose().is_empty() => url.0.clone(),
            _ => Secret::new(format!("sqlite://{}", self.blox_data_dir.join("bloxserver.db").display())),
        }
    }

    /// What the address of a webhook begins with.
    pub(crate) fn webhook_base_url(&self) -> String {
        let own = || format!("http://{}/webhooks", SocketAddr::new(self.host, self.port));
        self.webhook_base_url.as_ref().map_or_else(own, |url| url.trim_end_matches('/').to_owned())
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(Secret::from(text))
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}
