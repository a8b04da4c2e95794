#![doc = include_str!("../README.md")]

mod alarm;
mod commands;
mod config;
mod disk;
mod doctor;
mod metrics;
mod model_alerts;
mod models;
mod owners;
mod program;
mod rooms;
mod routes;
mod sample;
mod shared;
#[cfg(test)]
mod sweeps;
mod terminal;
mod traces;
mod upkeep;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::program::Program;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run().unwrap_or_else(|error| terminal::failed(&error))
}

fn run() -> Result<ExitCode> {
    read_environment_file()?;
    let program = Program::read();
    // What the migrations say of themselves is of no use to an operator; what the driver of PostgreSQL says at `debug`
    // are the values of every statement, payloads among them: that stands last, so that nothing turns it on.
    let filter = format!("refinery_core=warn,{},tokio_postgres=info", program.log_filter());
    kit::telemetry::start(&filter, program.config.log_format());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(program.command.run(&program.config))
}

/// `.env` where the program was started; what the environment has already stays. None is fine, a broken one is not.
fn read_environment_file() -> Result<()> {
    match dotenvy::from_path(".env") {
        Ok(()) => Ok(()),
        Err(dotenvy::Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).context(".env"),
    }
}
