use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use fs4::fs_std::FileExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::rooms::{self, open_database, sqlite_folder};
use crate::{routes, sample, terminal, upkeep};

/// Serves the API and runs flows.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Installs and starts a sample flow that needs no key and no network.
    #[arg(long)]
    sample: bool,
}

impl Serve {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let _alone = lock(config)?;
        let db = open_database(config, config.auto_create_tables).await?;
        let rooms = rooms::open(config, &db)?;
        rooms.accounts.check_that_somebody_can_sign_in().await?;
        let address = SocketAddr::new(config.host, config.port);
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("{address} cannot be listened on"))?;
        let router = routes::router(&rooms, config)?;
        let stop = CancellationToken::new();
        // Listening comes first: a webhook during the start is told to come again, not refused.
        let serving = tokio::spawn(door::serve(listener, router, door::Connections::default(), stop.clone()));
        rooms.engine.begin().await?;
        let clock = rooms.sources.clock.clone();
        let schedules =
            tokio::spawn(triggers::fire_schedules(rooms.engine.clone(), clock.clone(), stop.clone()));
        let upkeep = tokio::spawn(upkeep::go_on(rooms.accounts.clone(), clock, stop.clone()));
        terminal::note(&format!("bloxserver {} listens on http://{address}", env!("CARGO_PKG_VERSION")));
        if self.sample {
            sample::install(&rooms, config).await?;
        }
        stop_signal().await?;
        terminal::note("closing");
        stop.cancel();
        schedules.await?;
        rooms.engine.close().await;
        serving.await?;
        rooms.gateway.flush().await;
        upkeep.await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// One process owns a SQLite database: what another left unfinished is then known to be nobody's.
fn lock(config: &Config) -> Result<Option<std::fs::File>> {
    let Some(folder) = sqlite_folder(config)? else { return Ok(None) };
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("bloxserver.lock");
    let file =
        std::fs::File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    if !file.try_lock_exclusive()? {
        bail!("another bloxserver uses {}: stop it, or set BLOX_DATA_DIR", folder.display());
    }
    Ok(Some(file))
}

async fn stop_signal() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
