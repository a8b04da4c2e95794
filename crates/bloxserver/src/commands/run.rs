use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use db::{Db, Settings};
use engine::flow::run::StepEvent;
use engine::{Engine, FlowDraft};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};
use serde_json::Value as Json;

use super::check;
use crate::config::Config;
use crate::rooms::{self, Rooms};
use crate::terminal::{Style, note, say, styled};

/// How a shell tells that Ctrl-C ended a command.
const INTERRUPTED: u8 = 130;
/// Characters of a payload on a step's line.
const SHOWN: usize = 100;

/// Run a flow once, without a server, and print its steps.
///
/// The steps go to the standard error, the result to the standard output. Nothing is kept: the run has a database of
/// its own that goes with it.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The file; `-` is the standard input.
    #[arg(value_name = "FLOW.yaml")]
    file: PathBuf,
    /// What fires the flow: JSON, or `@FILE` with JSON in it.
    #[arg(long, default_value = "null", value_name = "JSON")]
    input: String,
    /// Prints the steps as JSON, one a line, on the standard output.
    #[arg(long)]
    json: bool,
}

impl Run {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let text = check::read(&self.file)?;
        let reading = flow::organism::read(&text, &rooms::catalogue(config)?);
        check::print(&self.file, &text, &reading.diagnostics);
        if reading.organism.is_none() {
            check::conclude(&self.file, &reading.diagnostics);
            return Ok(ExitCode::FAILURE);
        }
        let input = read_input(&self.input)?;
        let folder = tempfile::tempdir()?;
        tokio::select! {
            code = self.run_in(folder.path(), config, text, input) => code,
            // The folder goes with this future, also when somebody loses patience.
            _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(INTERRUPTED)),
        }
    }

    async fn run_in(&self, folder: &Path, config: &Config, text: String, input: Json) -> Result<ExitCode> {
        let url = format!("sqlite://{}/run.db", folder.display());
        let db = Db::open(&Settings::from_url(&url)?, true).await?;
        let rooms = rooms::open_passing(config, &db)?;
        let (owner, flow) = prepare(&rooms, text).await?;
        let started = rooms.engine.run(owner, flow, input).await?;
        let code = self.follow(&rooms.engine, owner, flow, started.id).await;
        rooms.engine.close().await;
        code
    }

    async fn follow(
        &self,
        engine: &Engine,
        owner: OwnerId,
        flow: FlowId,
        id: ExecutionId,
    ) -> Result<ExitCode> {
        let mut following = engine.follow(owner, flow, id, None).await?;
        let mut began = None;
        while let Some(event) = following.next().await? {
            let began = *began.get_or_insert(event.at);
            if self.json {
                say(&serde_json::to_string(&event)?);
            } else {
                note(&line(&event, began));
            }
            if event.kind == "ended" {
                return self.conclude(&event);
            }
        }
        bail!("the execution ended without a last event")
    }

    fn conclude(&self, end: &StepEvent) -> Result<ExitCode> {
        if let Some(error) = &end.error {
            note(&format!("{} {}: {}", styled("error:", Style::Red), error.code, error.message));
            return Ok(ExitCode::FAILURE);
        }
        if let Some(output) = end.output.as_ref().filter(|_| !self.json) {
            say(&serde_json::to_string_pretty(output)?);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn read_input(given: &str) -> Result<Json> {
    let text = match given.strip_prefix('@') {
        Some(file) => check::read(Path::new(file))?,
        None => given.to_owned(),
    };
    serde_json::from_str(&text).context("--input is not JSON")
}

async fn prepare(rooms: &Rooms, text: String) -> Result<(OwnerId, FlowId)> {
    rooms.engine.begin().await?;
    let request =
        accounts::TokenRequest { name: "run".to_owned(), scopes: accounts::Scopes::all(), expires_at: None };
    let (user, _) = rooms.accounts.create_token_for_email("run@localhost", request).await?;
    let draft = FlowDraft { name: "run".to_owned(), organism_yaml: Some(text), ..FlowDraft::default() };
    let flow = rooms.engine.create_flow(user.id, 1, draft).await?;
    rooms.engine.start_flow(user.id, flow.id, None).await?;
    Ok((user.id, flow.id))
}

/// When, what, where, with which payload; how long it took where that is known.
fn line(event: &StepEvent, began: Timestamp) -> String {
    let what = match (&event.error, &event.output, &event.details) {
        (Some(error), _, _) => format!("{}: {}", error.code, error.message),
        (None, Some(output), _) => short(&output.json().to_string()),
        (None, None, Some(details)) if event.kind != "started" => short(&details.to_string()),
        _ => event.input.as_ref().map(|input| short(&input.json().to_string())).unwrap_or_default(),
    };
    let kind = format!("{:<9}", event.kind);
    let kind = if event.error.is_some() { styled(&kind, Style::Red) } else { kind };
    let when = styled(&format!("{:>7} ms", event.at.since_ms(began)), Style::Dim);
    let took = event.duration_ms.map(|ms| styled(&format!("  ({ms} ms)"), Style::Dim)).unwrap_or_default();
    format!("{when}  {kind}  {:<16} {what}{took}", event.listener.as_deref().unwrap_or_default())
}

fn short(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        text.to_owned()
    } else {
        text.chars().take(SHOWN - 1).chain(['…']).collect()
    }
}
