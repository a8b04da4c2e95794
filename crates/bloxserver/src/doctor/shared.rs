//! What nodes share beside the database.

use db::{Db, Shared};

use super::{Finding, Report};
use crate::config::Config;
use crate::rooms::filled;

const AREA: &str = "shared";

pub(super) async fn look(config: &Config, db: Option<&Db>, living: usize, report: &mut Report) {
    let Some(url) = filled(config.redis_url.as_ref()) else {
        report.add(alone(db, living));
        return;
    };
    let about = match Shared::examine(url.expose()).await {
        Ok(about) => about,
        Err(error) => {
            report.add(Finding::error(
                AREA,
                format!("REDIS_URL: {error}; each node counts limits by itself"),
                "is it running, and are host, port and password in REDIS_URL right?",
            ));
            return;
        }
    };
    if !about.is_writable {
        report.add(Finding::error(AREA, "REDIS_URL is a replica, which takes no writes", "name the primary"));
    }
    if about.when_full != "noeviction" {
        report.add(Finding::warning(
            AREA,
            format!(
                "maxmemory-policy is {}: counters may be thrown away, and limits begin anew",
                about.when_full
            ),
            "set it to noeviction, and give the server enough memory",
        ));
    }
    report.add(Finding::fine(AREA, format!("{} counts limits for all nodes", about.product)));
}

fn alone(db: Option<&Db>, living: usize) -> Finding {
    if db.is_some_and(|db| db.dialect() == "postgres") && living > 1 {
        return Finding::warning(
            AREA,
            format!(
                "{living} nodes count limits each by itself: tiers, budgets and rates allow up to {living} times as much"
            ),
            "set REDIS_URL on all of them to one Redis or Valkey",
        );
    }
    Finding::fine(AREA, "no REDIS_URL: a node counts limits by itself")
}
