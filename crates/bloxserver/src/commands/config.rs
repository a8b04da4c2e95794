use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser};

use crate::config::Config;
use crate::terminal::say;

/// Prints the settings in force, secrets masked.
#[derive(Debug, Args)]
pub(crate) struct ShowConfig {
    /// Only their names, one a line.
    #[arg(long)]
    names: bool,
}

/// The settings alone, to ask clap what there is.
#[derive(Debug, Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl ShowConfig {
    pub(crate) fn run(self) -> ExitCode {
        let command = Settings::command();
        // No arguments: what the environment and the defaults say.
        let values = command.clone().try_get_matches_from(["bloxserver"]).ok();
        for argument in command.get_arguments() {
            let Some(name) = argument.get_env().and_then(|name| name.to_str()) else { continue };
            if self.names {
                say(name);
                continue;
            }
            let raw = values
                .as_ref()
                .and_then(|values| values.try_get_raw(argument.get_id().as_str()).ok().flatten());
            let raw: Vec<String> =
                raw.into_iter().flatten().map(|value| value.to_string_lossy().into_owned()).collect();
            let is_secret = argument.is_hide_env_values_set() && !raw.concat().is_empty();
            say(&format!("{name}={}", if is_secret { "***".to_owned() } else { raw.join(",") }));
        }
        ExitCode::SUCCESS
    }
}
