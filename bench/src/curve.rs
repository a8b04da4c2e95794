use std::time::Duration;

use anyhow::Result;
use journal::Journal;

use crate::database::{Apart, Database, Kind};
use crate::flow::Flow;
use crate::load::{self, Load};
use crate::past::Template;
use crate::{Program, sql};

/// How long each question is asked.
const EACH: Duration = Duration::from_millis(500);
/// Items of a page, unless asked otherwise.
const PAGE_SIZE: usize = 50;
/// No page lies deeper.
const DEEPEST: usize = 2_000;

/// How quickly one connection is answered when so much lies behind.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) past: usize,
    pub(crate) start_ms: f64,
    /// The first page of all executions, the last one up to page 2000, the first of those that failed.
    pub(crate) first: Load,
    pub(crate) deep: Load,
    pub(crate) failed: Load,
    pub(crate) stats: Load,
    pub(crate) run: Load,
}

/// A point for each number of past executions.
pub(crate) async fn draw(program: &Program, kind: Kind) -> Result<Vec<Point>> {
    let wanted: Vec<usize> = program.past.iter().copied().filter(|past| *past > 0).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let database = Database::apart(program, kind, Apart::Curve).await?;
    let token = database.token()?;
    let server = database.serve().await?;
    let flow = Flow::install(&server, &token).await?;
    load::run(&flow.fire(&server), 1, Duration::from_millis(1)).await?;
    drop(server);
    let mut points = Vec::new();
    let mut filled = 0;
    for past in wanted {
        fill(&database, filled, past).await?;
        filled = past;
        points.push(measure(&database, &flow, past).await?);
    }
    Ok(points)
}

async fn fill(database: &Database, from: usize, to: usize) -> Result<()> {
    let db = database.open().await?;
    let journal = Journal::new(db.clone());
    Template::read(&db, &journal).await?.fill(&journal, from, to).await?;
    db.run(&sql::ANALYZE, &[]).await?;
    Ok(())
}

async fn measure(database: &Database, flow: &Flow, past: usize) -> Result<Point> {
    let server = database.serve().await?;
    let last = past.div_ceil(PAGE_SIZE).min(DEEPEST);
    let read = async |path: &str| load::run(&flow.read(&server, path), 1, EACH).await;
    Ok(Point {
        past,
        start_ms: server.start_ms,
        first: read("").await?,
        deep: read(&format!("?page={last}")).await?,
        failed: read("?statusFilter=error").await?,
        stats: read("/stats").await?,
        run: load::run(&flow.fire(&server), 1, EACH).await?,
    })
}
