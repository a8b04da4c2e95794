#![doc = include_str!("../README.md")]

mod deploy;
mod finding;
mod house;
mod metadata;
mod source;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::finding::Finding;

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    match run(&command) {
        Ok(text) => {
            say(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What is said when all is well; the findings are the error otherwise.
fn run(command: &str) -> Result<String> {
    let root = root()?;
    match command {
        "tidy" => report("tidy", &tidy::check(&root)?),
        "deploy" => report("deploy", &deploy::check(&root)?),
        "arrows" => Ok(house::table()),
        _ => bail!("usage: cargo xtask tidy | deploy | arrows"),
    }
}

fn report(name: &str, findings: &[Finding]) -> Result<String> {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    let refused = findings.iter().filter(|finding| !finding.is_warning()).count();
    if refused > 0 {
        bail!("{}\n\n{name}: {refused} refused", lines.join("\n"));
    }
    Ok(lines.into_iter().chain([format!("{name}: in order")]).collect::<Vec<_>>().join("\n"))
}

fn root() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .context("xtask stands in no workspace")
}

#[expect(clippy::print_stdout, reason = "the one place where this program speaks")]
fn say(text: &str) {
    println!("{text}");
}
