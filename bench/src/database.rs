use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use db::{Db, Settings};
use tempfile::TempDir;

use crate::machine::{Share, free_port};
use crate::server::Server;
use crate::{Program, sql};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// What another database is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Apart {
    /// Much that lies behind.
    Curve,
    /// Steps that are committed one by one.
    Durable,
    /// Executions that sleep.
    Asleep,
    /// Flows with a schedule.
    Schedules,
}

/// An empty database and a folder for what lies beside it; both go when it is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    server: PathBuf,
    folder: TempDir,
    url: String,
}

impl Database {
    /// For the loads.
    pub(crate) fn first(program: &Program, kind: Kind) -> Result<Self> {
        let server = program.server.canonicalize();
        let server = server.with_context(|| format!("{} is not built", program.server.display()))?;
        let root = program.folder.canonicalize().context("--folder")?;
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(root)?;
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("bloxserver.db").display()),
            Kind::Postgres => {
                let url = program.postgres_url.clone();
                url.context("TEST_POSTGRES_URL is not set: scripts/postgres.sh run target/release/bench")?
            }
        };
        Ok(Self { server, folder, url })
    }

    /// Another one: another file, or another schema of the same PostgreSQL database.
    pub(crate) async fn apart(program: &Program, kind: Kind, apart: Apart) -> Result<Self> {
        let mut database = Self::first(program, kind)?;
        if kind == Kind::Postgres {
            let (schema, make_room) = match apart {
                Apart::Curve => ("curve", &sql::MAKE_CURVE),
                Apart::Durable => ("durable", &sql::MAKE_DURABLE),
                Apart::Asleep => ("asleep", &sql::MAKE_ASLEEP),
                Apart::Schedules => ("schedules", &sql::MAKE_SCHEDULES),
            };
            database.open().await?.run(make_room, &[]).await?;
            let separator = if database.url.contains('?') { '&' } else { '?' };
            database.url = format!("{}{separator}options=-csearch_path%3D{schema}", database.url);
        }
        Ok(database)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens it beside the server, as the server would.
    pub(crate) async fn open(&self) -> Result<Db> {
        Ok(Db::open(&self.settings()?, true).await?)
    }

    pub(crate) fn settings(&self) -> Result<Settings> {
        Ok(Settings::from_url(&self.url)?)
    }

    /// Starts the server on it.
    pub(crate) async fn serve(&self) -> Result<Server> {
        let port = free_port()?;
        let mut command = self.command(&["serve"]);
        command.env("PORT", port.to_string());
        Server::start(command, port, "GET /health/ready").await
    }

    /// Starts the server on a core of its own, with a file of models.
    pub(crate) async fn serve_models(&self, share: &Share, file: &Path) -> Result<Server> {
        let port = free_port()?;
        let mut command = share.alone(&self.server);
        self.settle(&mut command);
        command.arg("serve").env("PORT", port.to_string()).env("LLM_CONFIG", file);
        Server::start(command, port, "GET /health/ready").await
    }

    /// Makes a user who may run as much as they like; answers their token.
    pub(crate) fn token(&self) -> Result<String> {
        let output = self.command(&["token", "create", "--email", "bench@example.com"]).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "no token was made: {errors}");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// The binary with the settings that it has anyway, and nothing from this process's environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.server);
        self.settle(&mut command);
        command.args(arguments);
        command
    }

    fn settle(&self, command: &mut Command) {
        command.env_clear().current_dir(self.folder());
        command.env("DATABASE_URL", &self.url).env("BLOX_DATA_DIR", self.folder());
        command.env("DEFAULT_TIER", "enterprise");
    }
}
