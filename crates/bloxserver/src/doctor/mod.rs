//! Looks at everything an operator needs, changes nothing, and says what to do.

mod configuration;
mod database;
mod folder;
mod mail;
mod models;
mod nodes;
mod outgoing;
mod report;
mod secrets;
mod server;
mod shared;
mod sign_in;
#[cfg(test)]
mod tests;
mod work;

use journal::Journal;
use kit::Sources;

use crate::config::Config;
pub(crate) use report::{Finding, Level, Report};

/// Looks at everything; what lies outside is asked at the same time.
pub(crate) async fn examine(config: &Config, sources: &Sources) -> Report {
    let mut report = Report::default();
    configuration::look(config, &mut report);
    folder::look(config, &mut report);
    let db = database::look(config, sources, &mut report).await;
    let journal = db.clone().map(Journal::new);
    let mut living = 0;
    if let Some(journal) = &journal {
        living = nodes::look(journal, &sources.clock, &mut report).await;
        database::look_at_connections(db.as_ref(), living, &mut report).await;
        work::look(journal, sources.clock.now(), living, &mut report).await;
    }
    shared::look(config, db.as_ref(), living, &mut report).await;
    secrets::look(config, db.as_ref(), sources, &mut report).await;
    let (sign_in, models, mail, outgoing, server) = tokio::join!(
        sign_in::look(config, db.as_ref(), sources),
        models::look(config, sources),
        mail::look(config),
        outgoing::look(config),
        server::look(config),
    );
    for found in [sign_in, models, mail, outgoing, server] {
        report.extend(found);
    }
    report
}
