use std::process::ExitCode;

use clap::{Arg, ArgMatches, Args};

use crate::config::Config;
use crate::program;
use crate::rooms::filled;
use crate::terminal::{note, say};

/// Print the settings in force, secrets masked.
#[derive(Debug, Args)]
pub(crate) struct ShowConfig {
    /// Only their names, one a line.
    #[arg(long)]
    names: bool,
}

impl ShowConfig {
    pub(crate) fn run(self, config: &Config) -> ExitCode {
        let matches = program::matches();
        for setting in program::settings() {
            let Some(name) = setting.get_env().and_then(|name| name.to_str()) else { continue };
            if self.names {
                say(name);
            } else {
                say(&format!("{name}={}", in_force(&setting, name, &matches, config)));
            }
        }
        if !self.names {
            say_how_nodes_count(config);
        }
        ExitCode::SUCCESS
    }
}

/// What follows from a setting that is absent, for those who run several nodes.
fn say_how_nodes_count(config: &Config) {
    let is_server = config.database_url().expose().starts_with("postgres");
    if is_server && filled(config.redis_url.as_ref()).is_none() {
        note("# without REDIS_URL each node counts limits by itself");
    }
}

fn in_force(setting: &Arg, name: &str, matches: &ArgMatches, config: &Config) -> String {
    let raw = matches.try_get_raw(setting.get_id().as_str()).ok().flatten().into_iter().flatten();
    let given = raw.map(|value| value.to_string_lossy().into_owned()).collect::<Vec<_>>().join(",");
    match name {
        _ if setting.is_hide_env_values_set() && !given.is_empty() => "***".to_owned(),
        // These follow from others.
        "DATABASE_URL" => config.database_url().expose().clone(),
        "WEBHOOK_BASE_URL" => config.webhook_base_url(),
        "LLM_DEFAULT_MODEL" if given.is_empty() => llm::DEFAULT_MODEL.to_owned(),
        _ => given,
    }
}
