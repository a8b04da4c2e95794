use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use flow::organism::{Diagnostic, Severity};

use crate::config::Config;
use crate::rooms;
use crate::terminal::{note, say};

/// Checks a flow's YAML and says what is wrong with it.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The file.
    file: PathBuf,
}

impl Check {
    pub(crate) fn run(self, config: &Config) -> Result<ExitCode> {
        let catalogue = rooms::catalogue(config)?;
        let text = read(&self.file)?;
        let diagnostics = flow::organism::read(&text, &catalogue).diagnostics;
        print(&self.file, &text, &diagnostics);
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        if errors > 0 {
            note(&format!("{}: {errors} error{}", self.file.display(), if errors == 1 { "" } else { "s" }));
            return Ok(ExitCode::FAILURE);
        }
        say(&format!("{}: fine", self.file.display()));
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn read(file: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Prints diagnostics as a compiler does: the place, the line, a mark, the hint.
pub(super) fn print(file: &std::path::Path, text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        note(&format!("{}:{}", file.display(), diagnostic.render(text)));
    }
}
