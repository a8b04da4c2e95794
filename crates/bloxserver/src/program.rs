use std::collections::HashSet;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::config::Config;

const EXAMPLES: &str = "\
Examples:
  bloxserver check orders.yaml                 what is wrong with a flow, like a compiler says it
  bloxserver run orders.yaml --input '{\"n\": 1}'  runs it once, without a server
  ENV=development bloxserver serve --sample    a server on this machine, with a flow to try
  bloxserver token create --email you@example.com
  bloxserver doctor                            what is wrong with the server's set-up, and what to do

Settings are variables of the environment, lines of a file `.env`, or flags of the same name (PORT, --port):
`bloxserver config --help` explains them, `bloxserver config` prints what is in force.

Exit codes: 0 done; 1 it failed, or the flow has errors; 2 the command line or a setting is wrong.";

/// A command has its own words: it logs what goes wrong, and not that a machine has no root certificates, which only
/// matters to those who call somebody (and then fails with words of its own).
const COMMAND_LOG: &str = "warn,rustls_platform_verifier=error";

/// The command line as it was given.
#[derive(Debug, Parser)]
#[command(
    name = "bloxserver",
    version,
    about = "Runs teams of AI agents like infrastructure: flows in YAML, every step on disk before it counts",
    after_help = EXAMPLES,
    disable_help_subcommand = true
)]
pub(crate) struct Program {
    #[command(flatten)]
    pub(crate) config: Config,
    #[command(subcommand)]
    pub(crate) command: Command,
    #[arg(skip)]
    is_log_chosen: bool,
}

/// The settings alone, to ask clap what there is.
#[derive(Debug, Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl Program {
    /// Reads the arguments and the environment; wrong ones end the process with code 2.
    pub(crate) fn read() -> Self {
        let matches = matches();
        let mut program = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        program.is_log_chosen =
            matches.value_source("rust_log").is_some_and(|source| source != ValueSource::DefaultValue);
        program
    }

    /// A server tells what it does.
    pub(crate) fn log_filter(&self) -> &str {
        let is_server = matches!(self.command, Command::Serve(_));
        if is_server || self.is_log_chosen { &self.config.rust_log } else { COMMAND_LOG }
    }
}

/// What was given, by the settings' ids.
pub(crate) fn matches() -> ArgMatches {
    command().get_matches()
}

/// Every setting.
pub(crate) fn settings() -> Vec<Arg> {
    Settings::command().get_arguments().filter(|setting| setting.get_env().is_some()).cloned().collect()
}

/// The command line, with the settings told in one place instead of under every command.
fn command() -> clap::Command {
    let told = tell(&settings());
    Program::command()
        .mut_args(|argument| if argument.get_env().is_some() { quiet(argument) } else { argument })
        .mut_subcommand("serve", |serve| serve.after_help(told.clone()))
        .mut_subcommand("config", |config| config.after_help(told))
}

/// A setting that does not show in helps, and whose variable counts as absent when it is empty.
fn quiet(setting: Arg) -> Arg {
    let is_empty =
        setting.get_env().is_some_and(|name| std::env::var_os(name).is_some_and(|value| value.is_empty()));
    let setting = setting.hide(true);
    if is_empty { setting.env(Resettable::Reset) } else { setting }
}

fn tell(settings: &[Arg]) -> String {
    let mut groups: Vec<&str> = settings.iter().filter_map(Arg::get_help_heading).collect();
    let mut seen = HashSet::new();
    groups.retain(|group| seen.insert(*group));
    let mut text =
        "Settings: a variable of the environment, a line of `.env`, or a flag (PORT, --port).\n".to_owned();
    for group in groups {
        text.push_str(&format!("\n{group}:\n"));
        let members = settings.iter().filter(|setting| setting.get_help_heading() == Some(group));
        text.extend(members.map(line));
    }
    text
}

fn line(setting: &Arg) -> String {
    let name = setting.get_env().unwrap_or_default().to_string_lossy();
    let help = setting.get_help().map(ToString::to_string).unwrap_or_default();
    let defaults = setting.get_default_values().iter().map(|value| value.to_string_lossy());
    let default = defaults.collect::<Vec<_>>().join(",");
    let default = if default.is_empty() { default } else { format!(" [{default}]") };
    format!("  {name:<25} {help}{default}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn every_setting_is_told_once_under_a_heading() {
        let told = tell(&settings());
        for setting in settings() {
            let name = setting.get_env().unwrap().to_str().unwrap();
            assert!(setting.get_help_heading().is_some(), "{name}");
            assert_eq!(told.matches(&format!("  {name} ")).count(), 1, "{name}");
        }
        // Groups are not torn apart.
        assert_eq!(told.matches("\nModels:\n").count(), 1, "{told}");
    }
}
