#![doc = include_str!("../README.md")]

mod commands;
mod config;
mod models;
mod owners;
mod rooms;
mod routes;
mod sample;
#[cfg(test)]
mod sweeps;
mod terminal;
mod upkeep;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::config::Config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs teams of AI agents like infrastructure.
#[derive(Debug, Parser)]
#[command(name = "bloxserver", version, about, propagate_version = true)]
struct Program {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // A `.env` file is a convenience: without one the environment stands alone.
    let _ = dotenvy::dotenv();
    let program = Program::parse();
    // What the migrations say of themselves is of no use to an operator.
    kit::telemetry::start(&format!("refinery_core=warn,{}", program.config.rust_log));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return terminal::failed(&error.into()),
    };
    match runtime.block_on(program.command.run(&program.config)) {
        Ok(code) => code,
        Err(error) => terminal::failed(&error),
    }
}
