use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::database::{Apart, Database, Kind};
use crate::flow::Flow;
use crate::load::{self, Load};
use crate::{Program, sql};

/// Three steps with an effect each: every one is scheduled, carried out and committed by itself.
const ORGANISM: &str = r#"
organism: {name: durable}
listeners:
  - {name: one, description: Looks, handler: kv, config: {operation: get, key: a}, next: two}
  - {name: two, description: Looks again, handler: kv, config: {operation: get, key: b}, next: three}
  - {name: three, description: Looks once more, handler: kv, config: {operation: get, key: c}, next: reply}
  - {name: reply, description: Answers the caller, handler: output, config: {payload: done}}
"#;
const ANSWER: &[u8] = br#""done""#;

/// Each item has a frame of its own.
const EACH: &str = r#"
organism: {name: each}
listeners:
  - {name: rows, description: All, handler: each, config: {items: "{{ input.items }}", do: double}, next: reply}
  - {name: double, description: One, handler: set, config: {payload: "{{ input * 2 }}"}}
  - {name: reply, description: Answers the caller, handler: output, config: {payload: "{{ input | length }}"}}
"#;

/// Connections at which the flow of three steps is asked.
const CONNECTIONS: [usize; 4] = [1, 8, 32, 64];
/// Items of a list.
const ITEMS: [usize; 3] = [100, 1_000, 10_000];

/// What durable steps cost.
#[derive(Debug)]
pub(crate) struct Durable {
    /// The flow of three steps, by connections.
    pub(crate) steps: Vec<(usize, Load)>,
    /// The same on two nodes that share a PostgreSQL, half of 64 connections each.
    pub(crate) two_nodes: Option<TwoNodes>,
    /// A list, by its length.
    pub(crate) each: Vec<(usize, Load)>,
}

/// Two nodes on one database.
#[derive(Debug)]
pub(crate) struct TwoNodes {
    pub(crate) loads: [Load; 2],
    /// Executions that passed from one to the other, of all.
    pub(crate) moved: usize,
}

/// Measures all of it on a database of its own.
pub(crate) async fn measure(program: &Program, kind: Kind) -> Result<Durable> {
    let database = Database::apart(program, kind, Apart::Durable).await?;
    let token = database.token()?;
    let server = database.serve().await?;
    let config = json!({ "respond": "result" });
    let flow = Flow::of(&server, &token, ("durable", ORGANISM), &config).await?;
    let duration = Duration::from_secs(program.seconds.div_ceil(2));
    let question = flow.ask(&server, "{}", Some(ANSWER));
    load::run(&question, 8, Duration::from_millis(500)).await?;
    let mut steps = Vec::new();
    for connections in CONNECTIONS {
        steps.push((connections, load::run(&question, connections, duration).await?));
    }
    let list = Flow::of(&server, &token, ("each", EACH), &config).await?;
    let mut each = Vec::new();
    for items in ITEMS {
        let body = json!({ "items": (0..items).collect::<Vec<_>>() }).to_string();
        let question = list.ask(&server, &body, Some(items.to_string().as_bytes()));
        each.push((items, load::run(&question, 1, duration / 2).await?));
    }
    let two_nodes = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => {
            let other = database.serve().await?;
            let other_question = flow.ask(&other, "{}", Some(ANSWER));
            let both =
                tokio::join!(load::run(&question, 32, duration), load::run(&other_question, 32, duration));
            let loads = [both.0?, both.1?];
            ensure!(loads.iter().all(|load| load.answers() > 0), "a node answered nothing");
            let row = database.open().await?.one(&sql::MOVED, &[]).await?;
            Some(TwoNodes { loads, moved: usize::try_from(row.get::<i64>(0)?)? })
        }
    };
    Ok(Durable { steps, two_nodes, each })
}
