use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use db::{Db, Settings};
use engine::flow::run::StepEvent;
use engine::{Engine, FlowDraft};
use kit::ids::{ExecutionId, FlowId, OwnerId};

use super::check;
use crate::config::Config;
use crate::rooms::{self, Rooms};
use crate::terminal::{note, say};

/// Runs a flow once, without a server, and prints its steps.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The file.
    file: PathBuf,
    /// The trigger's payload: JSON.
    #[arg(long, default_value = "null")]
    input: String,
}

impl Run {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let catalogue = rooms::catalogue(config)?;
        let text = check::read(&self.file)?;
        let reading = flow::organism::read(&text, &catalogue);
        check::print(&self.file, &text, &reading.diagnostics);
        if reading.organism.is_none() {
            return Ok(ExitCode::FAILURE);
        }
        let input = serde_json::from_str(&self.input).context("--input is not JSON")?;
        // A database of its own that goes with the run: nothing is left behind, nothing is disturbed.
        let folder = tempfile::tempdir()?;
        let db =
            Db::open(&Settings::from_url(&format!("sqlite://{}/run.db", folder.path().display()))?, true)
                .await?;
        let rooms = rooms::open(config, &db)?;
        let (owner, flow) = prepare(&rooms, text).await?;
        let started = rooms.engine.run(owner, flow, input).await?;
        follow(&rooms.engine, owner, flow, started.id).await
    }
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

async fn follow(engine: &Engine, owner: OwnerId, flow: FlowId, id: ExecutionId) -> Result<ExitCode> {
    let mut following = engine.follow(owner, flow, id, None).await?;
    while let Some(event) = following.next().await? {
        note(&line(&event));
        if event.kind != "ended" {
            continue;
        }
        if let Some(output) = &event.output {
            say(&serde_json::to_string_pretty(output)?);
        }
        engine.close().await;
        return Ok(if event.error.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    bail!("the execution ended without a last event")
}

fn line(event: &StepEvent) -> String {
    let listener = event.listener.as_deref().unwrap_or("·");
    let what = match (&event.error, &event.output, &event.details) {
        (Some(error), _, _) => format!("{}: {}", error.code, error.message),
        (None, Some(output), _) => short(&output.json().to_string()),
        (None, None, Some(details)) if event.kind != "started" => short(&details.to_string()),
        _ => event.input.as_ref().map(|input| short(&input.json().to_string())).unwrap_or_default(),
    };
    let duration = event.duration_ms.map(|ms| format!(" {ms} ms")).unwrap_or_default();
    format!("{:>4}  {:<10} {listener:<20} {what}{duration}", event.seq.0, event.kind)
}

fn short(text: &str) -> String {
    if text.chars().count() <= 100 { text.to_owned() } else { text.chars().take(99).chain(['…']).collect() }
}
