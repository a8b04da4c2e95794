use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use flow::catalogue::Catalogue;
use flow::organism::{Diagnostic, Severity};
use serde_json::json;

use crate::config::Config;
use crate::rooms;
use crate::terminal::{Style, count, note, say, styled};

/// Check flows and say what is wrong with them.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files; `-` is the standard input.
    #[arg(required = true, value_name = "FLOW.yaml")]
    files: Vec<PathBuf>,
    /// Prints the diagnostics as JSON on the standard output.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self, config: &Config) -> Result<ExitCode> {
        let catalogue = rooms::catalogue(config)?;
        let mut all = Vec::new();
        let mut is_fine = true;
        for file in &self.files {
            let (text, diagnostics) = examine(file, &catalogue)?;
            is_fine &= errors(&diagnostics) == 0;
            if self.json {
                all.push(json!({ "file": file, "diagnostics": diagnostics }));
            } else {
                print(file, &text, &diagnostics);
                conclude(file, &diagnostics);
            }
        }
        if self.json {
            say(&serde_json::to_string_pretty(&all)?);
        }
        Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn examine(file: &Path, catalogue: &Catalogue) -> Result<(String, Vec<Diagnostic>)> {
    let text = read(file)?;
    let diagnostics = flow::organism::read(&text, catalogue).diagnostics;
    Ok((text, diagnostics))
}

/// The text of a flow; `-` is the standard input.
pub(super) fn read(file: &Path) -> Result<String> {
    let text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    text.with_context(|| format!("{} cannot be read", file.display()))
}

/// Prints diagnostics as a compiler does: what, where, the line, a mark, the hint.
pub(super) fn print(file: &Path, text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let shown = diagnostic.render(&file.display().to_string(), text);
        let word = diagnostic.severity.as_str();
        let style = match diagnostic.severity {
            Severity::Error => Style::Red,
            Severity::Warning => Style::Yellow,
            Severity::Info => Style::Bold,
        };
        note(&shown.replacen(word, &styled(word, style), 1));
    }
}

/// The last line about a file: fine on standard output, not fine on standard error.
pub(super) fn conclude(file: &Path, diagnostics: &[Diagnostic]) {
    let (errors, all) = (errors(diagnostics), diagnostics.len());
    let others = count(all - errors, "warning");
    match (errors, all - errors) {
        (0, 0) => say(&format!("{}: fine", file.display())),
        (0, _) => say(&format!("{}: fine, with {others}", file.display())),
        (_, 0) => note(&format!("{}: {}", file.display(), count(errors, "error"))),
        _ => note(&format!("{}: {}, {others}", file.display(), count(errors, "error"))),
    }
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
}
