use std::net::SocketAddr;
use std::process::ExitCode;

use accounts::Mode;
use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use clap::Args;
use db::Db;
use fs4::fs_std::FileExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::disk::Disk;
use crate::model_alerts::ModelAlerts;
use crate::rooms::{self, Rooms, make_folder, open_database, sqlite_folder};
use crate::upkeep::Upkeep;
use crate::{metrics, routes, sample, shared, terminal, traces};

/// Serve the API and run flows.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Installs and starts a sample flow that needs no key and no network; with development sign-in only.
    #[arg(long)]
    sample: bool,
}

impl Serve {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let is_development = matches!(rooms::mode(config)?, Mode::Development);
        ensure!(
            is_development || !self.sample,
            "--sample needs development sign-in: ENV=development, a loopback HOST and no CLERK_ISSUER"
        );
        // Heard from the first moment on: an operator who stops a server that still starts stops it in order.
        let mut stopping = StopSignal::listen()?;
        let _alone = lock(config)?;
        let listener = listen(config).await?;
        let address = listener.local_addr()?;
        let open_later = door::Routes::new(routes::starting(config)?);
        let stop = CancellationToken::new();
        // Listening comes first: a webhook during the start is told to come again, not refused.
        let connections = door::Connections::default();
        let serving = tokio::spawn(door::serve(listener, open_later.clone(), connections, stop.clone()));
        let (public, measuring) = measure(config, &stop).await?;
        let db = tokio::select! {
            db = open_database(config, config.auto_create_tables) => db?,
            // A migration that is left in its middle is rolled back.
            () = stopping.heard() => return Ok(ExitCode::SUCCESS),
        };
        let mut rooms = open(config, &db).await?;
        shared::open(config, &db, &mut rooms).await?;
        let traces = traces::start(config, rooms.engine.node(), &rooms.sources.entropy)?;
        open_later.open(routes::router(&rooms, config, public)?);
        let watching = watch_disk(config, &rooms, &stop)?;
        rooms.engine.begin().await?;
        let clock = rooms.sources.clock.clone();
        let schedules =
            tokio::spawn(triggers::fire_schedules(rooms.engine.clone(), clock.clone(), stop.clone()));
        let upkeep = Upkeep {
            accounts: rooms.accounts.clone(),
            engine: rooms.engine.clone(),
            gateway: rooms.gateway.clone(),
            db: db.clone(),
            clock,
            calls_kept_days: Some(config.llm_retention_days).filter(|days| *days > 0),
        };
        let upkeep = tokio::spawn(upkeep.go_on(stop.clone()));
        let counting = shared::keep_telling(rooms.engine.clone(), rooms.gateway.clone(), stop.clone());
        let counting = tokio::spawn(counting);
        let gauges = tokio::spawn(metrics::keep_measuring(rooms.engine.clone(), stop.clone()));
        greet(address, is_development);
        if self.sample {
            sample::install(&rooms, config).await?;
        }
        let alerts = ModelAlerts {
            engine: rooms.engine.clone(),
            gateway: rooms.gateway.clone(),
            clock: rooms.sources.clock.clone(),
            refusals: rooms.refusals,
        };
        let alerts = tokio::spawn(alerts.go_on(stop.clone()));
        stopping.heard().await;
        terminal::note("closing");
        stop.cancel();
        schedules.await?;
        rooms.engine.close().await;
        serving.await?;
        rooms.gateway.flush().await;
        upkeep.await?;
        alerts.await?;
        gauges.await?;
        counting.await?;
        measuring.await?;
        watching.await?;
        traces.close().await;
        db.close().await?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn listen(config: &Config) -> Result<TcpListener> {
    let address = SocketAddr::new(config.host, config.port);
    let taken = || format!("{address} cannot be listened on; set PORT or HOST to another");
    TcpListener::bind(address).await.with_context(taken)
}

async fn open(config: &Config, db: &Db) -> Result<Rooms> {
    let rooms = rooms::open(config, db)?;
    rooms.accounts.check_that_somebody_can_sign_in().await?;
    Ok(rooms)
}

fn greet(address: SocketAddr, is_development: bool) {
    let sign_in = if is_development { "; whoever reaches it is dev@localhost" } else { "" };
    terminal::note(&format!("bloxserver {} listens on http://{address}{sign_in}", env!("CARGO_PKG_VERSION")));
}

/// Starts the metrics; answers what of them the public port serves, and the task that serves the rest.
async fn measure(config: &Config, stop: &CancellationToken) -> Result<(Router, JoinHandle<()>)> {
    let handle = metrics::start()?;
    let upkeep = metrics::keep_small(handle.clone(), stop.clone());
    let Some(address) = config.metrics_addr else {
        return Ok((metrics::router_for_this_machine(handle), tokio::spawn(upkeep)));
    };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("METRICS_ADDR {address} cannot be listened on"))?;
    let routes = door::Routes::new(door::close(metrics::router(handle), &routes::settings(config)?));
    let serving = door::serve(listener, routes, door::Connections::default(), stop.clone());
    let task = tokio::spawn(async move {
        tokio::join!(upkeep, serving);
    });
    Ok((Router::new(), task))
}

/// Watches the disk of a SQLite database from before the engine begins; a server's disk is its own.
fn watch_disk(config: &Config, rooms: &Rooms, stop: &CancellationToken) -> Result<JoinHandle<()>> {
    let Some(folder) = sqlite_folder(config)? else { return Ok(tokio::spawn(async {})) };
    let mut disk = Disk::new(folder, u64::from(config.disk_low_mb) * 1_000_000);
    disk.look(&rooms.engine);
    Ok(tokio::spawn(disk.watch(rooms.engine.clone(), stop.clone())))
}

/// One process owns a SQLite database: what another left unfinished is then known to be nobody's.
fn lock(config: &Config) -> Result<Option<std::fs::File>> {
    let Some(folder) = sqlite_folder(config)? else { return Ok(None) };
    make_folder(&folder)?;
    let path = folder.join("bloxserver.lock");
    let file =
        std::fs::File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    if !file.try_lock_exclusive()? {
        bail!("another bloxserver uses {}: stop it, or set BLOX_DATA_DIR", folder.display());
    }
    Ok(Some(file))
}

/// SIGTERM or SIGINT; one that came before anybody waited for it is not forgotten.
struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    fn listen() -> Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn heard(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
