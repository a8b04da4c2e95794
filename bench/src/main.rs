#![doc = include_str!("../README.md")]

mod asleep;
mod baseline;
mod curve;
mod database;
mod durable;
mod echo;
mod flow;
mod http;
mod load;
mod machine;
mod measure;
mod models;
mod past;
mod raw;
mod report;
mod server;
mod sql;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use crate::database::Kind;
use crate::measure::Measured;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the release binary and prints one table.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Program {
    /// The server to measure.
    #[arg(long, default_value = "target/release/bloxserver")]
    server: PathBuf,
    /// A folder on a real disk, for the databases; they are removed afterwards.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
    /// How long the load of 64 connections lasts; the others last half of it.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Past executions at which lists, statistics and new runs are timed; 0 leaves it out.
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000")]
    past: Vec<usize>,
    /// Executions that sleep while a server is watched; 0 leaves it out.
    #[arg(long, env = "BENCH_ASLEEP", value_delimiter = ',', default_value = "10000")]
    asleep: Vec<usize>,
    /// Flows with a schedule while a server is watched; 0 leaves it out.
    #[arg(long, env = "BENCH_SCHEDULES", default_value_t = 1_000)]
    schedules: usize,
    /// How long each load of calls of models lasts, in seconds; 0 leaves them out.
    #[arg(long, env = "BENCH_LLM", default_value_t = 3)]
    llm: u64,
    /// Measures the calls of models and nothing else.
    #[arg(long, requires = "llm")]
    only_llm: bool,
    /// Measures one database only.
    #[arg(long)]
    only: Option<Kind>,
    /// An empty PostgreSQL database; `scripts/postgres.sh run` makes one.
    #[arg(long, env = "TEST_POSTGRES_URL", hide_env_values = true)]
    postgres_url: Option<String>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Serves the echo that the figures are compared with.
    #[command(hide = true)]
    Echo {
        /// Where it listens.
        port: u16,
    },
    /// Serves the provider of the calls of models.
    #[command(hide = true)]
    Provider {
        /// Where it listens.
        port: u16,
    },
    /// Stands before the provider and only copies.
    #[command(hide = true)]
    Relay {
        /// Where it listens.
        port: u16,
        /// Where the provider does.
        provider: u16,
    },
}

fn main() -> Result<()> {
    let program = Program::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match program.role {
            Some(Role::Echo { port }) => echo::serve(port).await,
            Some(Role::Provider { port }) => models::serve(port).await,
            Some(Role::Relay { port, provider }) => models::relay(port, provider).await,
            None => run(&program).await,
        }
    })
}

async fn run(program: &Program) -> Result<()> {
    if !program.only_llm {
        databases(program).await?;
    }
    if program.llm > 0 {
        say(&models::table(&models::measure(program).await?));
    }
    Ok(())
}

async fn databases(program: &Program) -> Result<()> {
    let echo = baseline::echo(program).await?;
    let mut columns: Vec<Measured> = Vec::new();
    for kind in Kind::value_variants() {
        if program.only.is_none_or(|only| only == *kind) {
            columns.push(measure::measure(program, *kind).await?);
        }
    }
    say(&report::table(program, &echo, &columns)?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one place where this program speaks")]
fn say(text: &str) {
    println!("{text}");
}
