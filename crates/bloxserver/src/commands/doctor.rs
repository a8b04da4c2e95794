use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use kit::Sources;
use serde_json::json;

use crate::config::Config;
use crate::doctor::{self, Finding, Level, Report};
use crate::terminal::{Style, count, say, styled_answer};

/// Look at everything a server needs, and say what is wrong and what to do.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) async fn run(self, config: &Config) -> Result<ExitCode> {
        let report = doctor::examine(config, &Sources::system()).await;
        let (errors, warnings) = (report.count(Level::Error), report.count(Level::Warning));
        if self.json {
            let body = json!({ "errors": errors, "warnings": warnings, "findings": report.findings() });
            say(&serde_json::to_string_pretty(&body)?);
        } else {
            print(&report);
            say(&conclusion(errors, warnings));
        }
        Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What is fine first, so that the end of the screen shows what is not, the worst last.
fn print(report: &Report) {
    for level in [Level::Fine, Level::Warning, Level::Error] {
        report.findings().iter().filter(|finding| finding.level == level).for_each(|one| say(&line(one)));
    }
}

fn line(finding: &Finding) -> String {
    let style = match finding.level {
        Level::Fine => Style::Dim,
        Level::Warning => Style::Yellow,
        Level::Error => Style::Red,
    };
    let word = styled_answer(&format!("{}[{}]", finding.level.as_str(), finding.area), style);
    let hint = finding.hint.as_ref().map(|hint| format!("\n  = hint: {hint}")).unwrap_or_default();
    format!("{word}: {}{hint}", finding.message)
}

fn conclusion(errors: usize, warnings: usize) -> String {
    match (errors, warnings) {
        (0, 0) => "fine".to_owned(),
        (0, _) => format!("fine, with {}", count(warnings, "warning")),
        (_, 0) => count(errors, "error"),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}
