use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result};

/// Every statement has its index, and touches few rows: it is to be planned as a lookup there, whatever the statistics
/// say. They say nothing of a new table, and a plan made then is kept while the table grows: the update of a handful of
/// executions read all of them. What has no index is still read whole; its cost, which then looks enormous, is not to be
/// answered by compiling the statement.
const STEADY_PLANS: &str = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

/// Statements that take longer are ended by the database.
const STATEMENT_IN_TIMEOUTS: u64 = 6;
/// A transaction in which nothing is asked for that long is ended by the database: its client is gone, and others wait
/// for its locks.
const IDLE_MS: u64 = 10_000;
/// What was sent and not confirmed for that long goes nowhere: the connection is lost.
const UNCONFIRMED: Duration = Duration::from_secs(10);

/// How long an answer may take: the database ends a statement before.
pub(super) fn silence(timeout_ms: u64) -> Duration {
    Duration::from_millis(timeout_ms * (STATEMENT_IN_TIMEOUTS + 1))
}

/// How to connect: the address with the house's settings, and TLS with the system's certificates.
pub(super) fn config(url: &str, timeout_ms: u64) -> Result<(Config, MakeRustlsConnect)> {
    let mut config: Config = url.parse().map_err(|_| Error::BadUrl("is not PostgreSQL's".to_owned()))?;
    config.application_name("bloxserver").connect_timeout(Duration::from_millis(timeout_ms));
    config.tcp_user_timeout(UNCONFIRMED).keepalives_idle(UNCONFIRMED).keepalives_interval(UNCONFIRMED / 4);
    let options = config.get_options().unwrap_or_default().to_owned();
    config.options(format!(
        "{options} {STEADY_PLANS} -c statement_timeout={} -c lock_timeout={timeout_ms} -c idle_in_transaction_session_timeout={IDLE_MS}",
        timeout_ms.max(1) * STATEMENT_IN_TIMEOUTS
    ));
    Ok((config, tls()?))
}

/// One connection outside the pool, for migrations; its driver ends with it.
pub(crate) async fn client(url: &str, timeout_ms: u64) -> Result<Client> {
    let (config, tls) = config(url, timeout_ms)?;
    let (client, connection) = config.connect(tls).await.map_err(|error| {
        let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        Error::Unavailable(reason)
    })?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "the connection for migrations ended");
        }
    });
    Ok(client)
}

fn tls() -> Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    // Certificates that cannot be read are left out: a server that needs them is then refused.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Unavailable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
