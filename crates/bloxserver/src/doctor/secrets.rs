//! The master key, and whether it opens what was sealed.

use accounts::{Accounts, AccountsSettings, MasterKeys, Mode};
use db::Db;
use kit::Sources;

use super::{Finding, Report};
use crate::config::{Config, Hidden};
use crate::rooms::client;

const AREA: &str = "secrets";

pub(super) async fn look(config: &Config, db: Option<&Db>, sources: &Sources, report: &mut Report) {
    let (keys, place) = match master_keys(config) {
        Ok(found) => found,
        Err(error) => {
            report.add(Finding::error(
                AREA,
                format!("{error:#}"),
                "the server does not start before that is mended",
            ));
            return;
        }
    };
    let is_there = keys.is_some();
    // Without a key nothing opens, and whatever is sealed is told as lost.
    let Ok(keys) = keys.map_or_else(|| MasterKeys::passing(&sources.entropy), Ok) else { return };
    let sealed = match (db, client(config)) {
        (Some(db), Ok(client)) => {
            let settings = AccountsSettings::new(Mode::TokensOnly);
            Accounts::new(settings, db.clone(), client, sources.clone(), keys).try_sealed().await
        }
        _ => Ok(accounts::Sealed::default()),
    };
    let sealed = match sealed {
        Ok(sealed) => sealed,
        Err(error) => {
            report.add(Finding::error(AREA, error.to_string(), "the database does not answer as it should"));
            return;
        }
    };
    report.add(match sealed.faults.first() {
        Some(first) => Finding::error(
            AREA,
            format!("{} of {} sealed values do not open: {first}", sealed.faults.len(), sealed.tried),
            format!("bring back the master key that sealed them ({place}), from its backup"),
        ),
        None if is_there => {
            Finding::fine(AREA, format!("{} sealed values, all open ({place})", sealed.tried))
        }
        None => Finding::fine(AREA, format!("{place} is not there yet; the first start makes it")),
    });
    if db.is_some_and(|db| db.dialect() == "postgres") && !is_given(config) {
        report.add(Finding::warning(
            AREA,
            format!("the master key is {place}: another node would make another"),
            "with several nodes set API_KEY_ENCRYPTION_KEY on all of them to the same",
        ));
    }
}

fn is_given(config: &Config) -> bool {
    config.api_key_encryption_key.as_ref().is_some_and(|Hidden(keys)| !keys.expose().is_empty())
}

/// The keys, unless they are still to be made, and where they are.
fn master_keys(config: &Config) -> anyhow::Result<(Option<MasterKeys>, String)> {
    if let Some(Hidden(keys)) = config.api_key_encryption_key.as_ref().filter(|_| is_given(config)) {
        return Ok((Some(MasterKeys::parse(keys.expose())?), "API_KEY_ENCRYPTION_KEY".to_owned()));
    }
    let path = config.blox_data_dir.join("master.key");
    let keys = if path.exists() { Some(MasterKeys::load(&path)?) } else { None };
    Ok((keys, path.display().to_string()))
}
