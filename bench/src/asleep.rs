use std::time::Duration;

use anyhow::Result;
use journal::{FlowStatus, Journal, NewFlow, Progress, Trigger, TriggerKind, Waiting};
use kit::ids::{FlowId, OwnerId};
use kit::{Sources, Timestamp};
use serde_json::json;
use tokio::time::sleep;

use crate::database::{Apart, Database, Kind};
use crate::flow::Flow;
use crate::load;
use crate::past::Template;
use crate::{Program, sql};

const NAP: &str = "
organism: {name: nap}
listeners:
  - {name: nap, description: Sleeps, handler: delay, config: {for: '{{ input.ms }}ms'}, next: reply}
  - {name: reply, description: Answers the caller, handler: output, config: {payload: awake}}
";
/// Longer than what is waited for in memory.
const NAP_MS: i64 = 3_000;
/// Short sleepers whose waking is timed.
const WOKEN: usize = 200;
/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(6);
const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1_000;

/// A server with many executions that sleep, or many flows with a schedule.
#[derive(Debug)]
pub(crate) struct Asleep {
    pub(crate) executions: usize,
    pub(crate) flows: usize,
    pub(crate) start_ms: f64,
    pub(crate) idle_mb: f64,
    /// Of one core.
    pub(crate) idle_percent: f64,
    /// The latest of some that woke up beside them, in milliseconds after they were due.
    pub(crate) late_ms: f64,
}

/// With so many executions asleep, then with so many flows that have a schedule.
pub(crate) async fn measure(program: &Program, kind: Kind) -> Result<Vec<Asleep>> {
    let mut found = Vec::new();
    let wanted: Vec<usize> = program.asleep.iter().copied().filter(|number| *number > 0).collect();
    if !wanted.is_empty() {
        let database = Database::apart(program, kind, Apart::Asleep).await?;
        let flow = install(&database).await?;
        let mut filled = 1;
        for executions in wanted {
            fill(&database, filled, executions).await?;
            filled = executions;
            found.push(observe(&database, &flow, (executions, 0)).await?);
        }
    }
    if program.schedules > 0 {
        let database = Database::apart(program, kind, Apart::Schedules).await?;
        let flow = install(&database).await?;
        plan(&database, program.schedules).await?;
        found.push(observe(&database, &flow, (0, program.schedules)).await?);
    }
    Ok(found)
}

/// The flow that sleeps, and one execution of it that sleeps for a year: the one that is copied.
async fn install(database: &Database) -> Result<Flow> {
    let token = database.token()?;
    let server = database.serve().await?;
    let flow = Flow::of(&server, &token, ("nap", NAP), &json!({})).await?;
    load::send(&flow.ask(&server, &json!({ "ms": YEAR_MS }).to_string(), None), 1).await?;
    Ok(flow)
}

/// Adds sleepers between those numbers, as the engine writes them.
async fn fill(database: &Database, from: usize, to: usize) -> Result<()> {
    let db = database.open().await?;
    let journal = Journal::new(db.clone());
    let template = Template::read(&db, &journal).await?;
    let now = template.now();
    let asleep = |number| {
        let until = now.plus_ms(YEAR_MS + i64::try_from(number).unwrap_or(0));
        let waiting = Waiting { kind: "delay".to_owned(), until: Some(until) };
        (now, Progress::Parked { wake_at: Some(until), waiting, at: now })
    };
    template.write(&journal, from..to, asleep).await?;
    db.run(&sql::ANALYZE, &[]).await?;
    Ok(())
}

/// Adds running flows with a schedule each.
async fn plan(database: &Database, flows: usize) -> Result<()> {
    let db = database.open().await?;
    let owner = db.one(&sql::OWNER, &[]).await?.get(0)?;
    let (journal, sources) = (Journal::new(db), Sources::system());
    let now = sources.clock.now();
    for number in 0..flows {
        let (id, version) = (sources.id(), sources.id());
        let name = format!("schedule {number}");
        let organism_yaml = NAP.to_owned();
        let new = NewFlow { id, version, name, description: None, organism_yaml, canvas_state: None, now };
        let mut made = journal.create_flow(owner, u32::MAX, new).await?;
        (made.status, made.version) = (FlowStatus::Running, Some(version));
        journal.save_flow(&made, sources.id()).await?;
        journal.add_trigger(&yearly(id, owner, (number, now), &sources)).await?;
    }
    Ok(())
}

fn yearly(flow: FlowId, owner: OwnerId, (number, now): (usize, Timestamp), sources: &Sources) -> Trigger {
    let cron = format!("{} {} 1 {} *", number % 60, number / 60 % 24, 1 + number % 12);
    Trigger {
        id: sources.id(),
        flow,
        owner,
        kind: TriggerKind::Schedule,
        name: "yearly".to_owned(),
        config: json!({ "cron": cron, "payload": { "ms": 1 } }),
        is_enabled: true,
        token_hash: None,
        token_sealed: None,
        next_at: None,
        last_fired_at: None,
        problem: None,
        created_at: now,
        updated_at: now,
    }
}

async fn observe(database: &Database, flow: &Flow, (executions, flows): (usize, usize)) -> Result<Asleep> {
    let server = database.serve().await?;
    let start_ms = server.start_ms;
    // The first looks at everything are over.
    sleep(Duration::from_secs(3)).await;
    let (before_ms, idle_mb) = (server.processor_ms()?, server.resident_mb()?);
    sleep(IDLE).await;
    let idle_percent = (server.processor_ms()? - before_ms) / (IDLE.as_secs_f64() * 1_000.0) * 100.0;
    let body = json!({ "ms": NAP_MS }).to_string();
    let nap = flow.ask(&server, &body, None);
    load::send(&nap, WOKEN).await?;
    sleep(Duration::from_millis(u64::try_from(NAP_MS).unwrap_or(0) + 3_000)).await;
    let row = database.open().await?.one(&sql::LONGEST, &[]).await?;
    let late_ms = row.get::<i64>(0)? - NAP_MS;
    Ok(Asleep { executions, flows, start_ms, idle_mb, idle_percent, late_ms: late_ms as f64 })
}
