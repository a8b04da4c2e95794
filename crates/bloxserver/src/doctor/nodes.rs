//! The nodes that share the work: which are alive, and whether they agree on the time and the version.

use std::collections::BTreeSet;

use journal::{Journal, Node};
use kit::{Clock, Timestamp};

use super::database::about_clock;
use super::{Finding, Report};

const AREA: &str = "nodes";
/// A node raises its counter every three seconds: who looks twice over this long sees it move.
const TWO_LOOKS_MS: i64 = 4_000;
/// What a living node's last heartbeat is not older than, when clocks agree.
const FRESH_MS: i64 = 4_000;

/// Looks at the register; answers how many nodes are alive.
pub(super) async fn look(journal: &Journal, clock: &Clock, report: &mut Report) -> usize {
    let looked = async {
        let first = journal.nodes().await?;
        let is_clear = |node: &Node| (0..FRESH_MS).contains(&age_ms(node, clock.now()));
        if first.iter().all(is_clear) {
            return Ok::<_, journal::Error>((first.clone(), first));
        }
        // A dead node, or one whose clock is wrong: only a second look tells.
        clock.sleep_ms(TWO_LOOKS_MS).await;
        Ok((first, journal.nodes().await?))
    };
    let (first, second) = match looked.await {
        Ok(looked) => looked,
        Err(error) => {
            report.add(Finding::error(AREA, error.to_string(), "the database does not answer as it should"));
            return 0;
        }
    };
    let now = clock.now();
    let lives = |node: &&Node| {
        let has_moved = first.iter().any(|before| before.id == node.id && before.beat != node.beat);
        has_moved || (0..FRESH_MS).contains(&age_ms(node, now))
    };
    let (living, silent): (Vec<&Node>, Vec<&Node>) = second.iter().partition(lives);
    report.extend(silent.iter().map(|node| about_silent(node, living.len())));
    report.extend(living.iter().filter_map(|node| about_time(node, now)));
    report.extend(about_versions(&living));
    report.add(Finding::fine(
        AREA,
        match living.len() {
            0 => "no server runs on this database".to_owned(),
            1 => "one is alive".to_owned(),
            several => format!("{several} are alive"),
        },
    ));
    living.len()
}

/// How long ago it last said that it is alive, by its own clock and ours.
fn age_ms(node: &Node, now: Timestamp) -> i64 {
    node.beat_at.map_or(i64::MAX, |at| now.since_ms(at))
}

fn name(node: &Node) -> String {
    match &node.address {
        Some(address) => format!("{} at {address}", node.id),
        None => node.id.to_string(),
    }
}

fn about_silent(node: &Node, living: usize) -> Finding {
    let since = node.beat_at.map_or_else(String::new, |at| format!(" since {at}"));
    let message = format!("{} is silent{since}, with {} executions", name(node), node.executions);
    let hint = match living {
        0 => "start the server: it takes over what that one had",
        _ => {
            "the others take over what it had, 15 s after its last heartbeat; if it stays here, look at their logs"
        }
    };
    Finding::warning(AREA, message, hint)
}

fn about_time(node: &Node, now: Timestamp) -> Option<Finding> {
    // A heartbeat is up to three seconds old, and never from the future.
    let ahead_ms = match -age_ms(node, now) {
        ahead_ms if ahead_ms > 0 => ahead_ms,
        ahead_ms if ahead_ms < -FRESH_MS => ahead_ms + FRESH_MS,
        _ => return None,
    };
    Some(about_clock(&format!("the clock of node {}", name(node)), ahead_ms, ahead_ms.abs()))
}

fn about_versions(living: &[&Node]) -> Option<Finding> {
    let versions: BTreeSet<&str> = living.iter().map(|node| node.version.as_str()).collect();
    (versions.len() > 1).then(|| {
        let versions = versions.into_iter().collect::<Vec<_>>().join(" and ");
        Finding::warning(
            AREA,
            format!("nodes run versions {versions}"),
            "finish the update: restart the older ones",
        )
    })
}
