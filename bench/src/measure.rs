use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::sleep;

use crate::asleep::{self, Asleep};
use crate::curve::{self, Point};
use crate::database::{Database, Kind};
use crate::durable::{self, Durable};
use crate::flow::Flow;
use crate::load::{self, Load};
use crate::server::Server;
use crate::{Program, machine, raw, sql};

/// All figures of one database.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) kind: Kind,
    pub(crate) start_ms: f64,
    pub(crate) idle_mb: f64,
    pub(crate) many: Load,
    /// After each quarter of the load: memory that grows with time shows here.
    pub(crate) load_mb: Vec<f64>,
    pub(crate) one: Load,
    pub(crate) fsync_ms: f64,
    pub(crate) raw: f64,
    pub(crate) acknowledged: usize,
    pub(crate) found: usize,
    pub(crate) curve: Vec<Point>,
    pub(crate) durable: Durable,
    pub(crate) asleep: Vec<Asleep>,
}

/// Measures everything on one database.
pub(crate) async fn measure(program: &Program, kind: Kind) -> Result<Measured> {
    let database = Database::first(program, kind)?;
    let token = database.token()?;
    let server = database.serve().await?;
    let flow = Flow::install(&server, &token).await?;
    sleep(Duration::from_secs(1)).await;
    let (start_ms, idle_mb) = (server.start_ms, server.resident_mb()?);
    let long = Duration::from_secs(program.seconds);
    let question = flow.fire(&server);
    let warm = load::run(&question, 64, Duration::from_secs(1)).await?;
    let (many, load_mb) = tokio::join!(load::run(&question, 64, long), watch(&server, long));
    let (many, load_mb) = (many?, load_mb?);
    let one = load::run(&question, 1, long / 2).await?;
    drop(server);
    let acknowledged = warm.answers() + many.answers() + one.answers();
    let found = count(&database).await?;
    ensure!(acknowledged == found, "{acknowledged} executions were answered, {found} are in the database");
    let raw = raw::executions_per_second(&database, long / 2).await?;
    let fsync_ms = machine::fsync_ms(database.folder())?;
    drop(database);
    let curve = curve::draw(program, kind).await?;
    let durable = durable::measure(program, kind).await?;
    let asleep = asleep::measure(program, kind).await?;
    Ok(Measured {
        kind,
        start_ms,
        idle_mb,
        many,
        load_mb,
        one,
        fsync_ms,
        raw,
        acknowledged,
        found,
        curve,
        durable,
        asleep,
    })
}

async fn watch(server: &Server, duration: Duration) -> Result<Vec<f64>> {
    let mut quarters = Vec::new();
    for _ in 0..4 {
        sleep(duration / 4).await;
        quarters.push(server.resident_mb()?);
    }
    Ok(quarters)
}

async fn count(database: &Database) -> Result<usize> {
    let row = database.open().await?.one(&sql::COUNT_SUCCESSES, &[]).await?;
    Ok(usize::try_from(row.get::<i64>(0)?)?)
}
