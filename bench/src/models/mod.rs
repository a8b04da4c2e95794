//! What the gateway to models adds to a call: beside it, in the same run, the same call without it.

mod asked;
mod relay;
mod report;
mod upstream;

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use self::asked::{Asked, Found};
pub(crate) use self::relay::relay;
pub(crate) use self::report::table;
pub(crate) use self::upstream::serve;
use crate::Program;
use crate::database::{Database, Kind};
use crate::machine::{Share, free_port};
use crate::server::Server;

/// A load that leaves room: under a full one, how long a call takes only says how many there are.
pub(crate) const EASY_PER_SECOND: u32 = 4_000;
const STREAMED: &str = r#","stream":true"#;
/// A temperature at which answers are given again.
const COLD: &str = r#","temperature":0"#;

/// The same load past the gateway, through a relay that only copies, and through the gateway.
#[derive(Debug)]
pub(crate) struct Beside {
    direct: Found,
    copied: Found,
    through: Found,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Models {
    one: Beside,
    easy: Beside,
    many: Beside,
    streams_one: Beside,
    streams_many: Beside,
    hits: Found,
    /// Of the processor, a call of `many`.
    processor_ms: f64,
    /// Memory: idle, after the calls, after the streams, after the hits.
    memory_mb: [f64; 4],
    /// Whether the server had a core of its own.
    is_apart: bool,
}

/// Measures it on SQLite: sign-in, limits, accounting, cache and breakers as users have them.
pub(crate) async fn measure(program: &Program) -> Result<Models> {
    let share = Share::take()?;
    let database = Database::first(program, Kind::Sqlite)?;
    let token = database.token()?;
    let provider = provider(&share).await?;
    let file = database.folder().join("models.toml");
    std::fs::write(&file, settings(&provider))?;
    let relay = relay_to(&provider, &share).await?;
    let server = database.serve_models(&share, &file).await?;
    sleep(Duration::from_secs(1)).await;
    let idle_mb = server.resident_mb()?;
    let each = Duration::from_secs(program.llm);
    let ask = |server: &Server, more: &str| Asked::new(server.address, &token, more);
    let all = async |connections: u32, asked: &dyn Fn(&Server) -> Asked| -> Result<Beside> {
        let direct = asked(&provider).load(connections, each).await?;
        let copied = asked(&relay).load(connections, each).await?;
        Ok(Beside { direct, copied, through: asked(&server).load(connections, each).await? })
    };
    let beside = async |connections: u32, more: &str| all(connections, &|of| ask(of, more)).await;
    ask(&server, "").load(16, Duration::from_millis(500)).await?;
    let one = beside(1, "").await?;
    let easy = all(16, &|of| ask(of, "").at(EASY_PER_SECOND)).await?;
    let before_ms = server.processor_ms()?;
    let many = beside(16, "").await?;
    let processor_ms = (server.processor_ms()? - before_ms) / many.through.whole.answers() as f64;
    let called_mb = server.resident_mb()?;
    let (streams_one, streams_many) = (beside(1, STREAMED).await?, beside(16, STREAMED).await?);
    let streamed_mb = server.resident_mb()?;
    let hits = ask(&server, COLD).load(16, each).await?;
    let memory_mb = [idle_mb, called_mb, streamed_mb, server.resident_mb()?];
    let is_apart = share.is_apart();
    Ok(Models { one, easy, many, streams_one, streams_many, hits, processor_ms, memory_mb, is_apart })
}

async fn provider(share: &Share) -> Result<Server> {
    let port = free_port()?;
    let mut command = share.beside(&std::env::current_exe()?);
    command.args(["provider", &port.to_string()]);
    Server::start(command, port, "GET /").await
}

/// On the server's core, which only one of the two needs at a time.
async fn relay_to(provider: &Server, share: &Share) -> Result<Server> {
    let port = free_port()?;
    let mut command = share.alone(&std::env::current_exe()?);
    command.args(["relay", &port.to_string(), &provider.address.port().to_string()]);
    Server::start(command, port, "GET /").await
}

fn settings(provider: &Server) -> String {
    format!(
        "[providers.bench]\nbase_url = \"http://{}/v1\"\nwire = \"openai\"\nmodels = [\"bench\"]\nconcurrency = 1000\n\
         [tiers.enterprise]\nrequests_per_minute = 100000000\ntokens_per_minute = 100000000000\nconcurrency = 1000\n",
        provider.address
    )
}
