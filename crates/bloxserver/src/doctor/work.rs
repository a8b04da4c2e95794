//! What should have been done already.

use journal::{Backlog, Journal, Load};
use kit::Timestamp;

use super::{Finding, Report};

const AREA: &str = "work";
/// What is due for longer is late: a node looks when something falls due, and with every heartbeat.
const LATE_MS: i64 = 60_000;
/// What the watchdog calls stuck.
const STILL_MS: i64 = 15 * 60_000;
/// A queue of that length is worth a word.
const LONG_QUEUE: u64 = 10_000;

pub(super) async fn look(journal: &Journal, now: Timestamp, living: usize, report: &mut Report) {
    let looked = async {
        let backlog = journal.backlog(now.plus_ms(-LATE_MS), now.plus_ms(-STILL_MS)).await?;
        Ok::<_, journal::Error>((journal.load().await?, backlog))
    };
    match looked.await {
        Ok((load, backlog)) => {
            report.extend(judge(&load, &backlog, now, living));
            let queued = load.queued;
            let said = format!("{queued} in queues, {} due for over a minute", backlog.overdue);
            report.add(Finding::fine(AREA, said));
        }
        Err(error) => {
            report.add(Finding::error(AREA, error.to_string(), "the database does not answer as it should"));
        }
    }
}

fn judge(load: &Load, backlog: &Backlog, now: Timestamp, living: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    let is_alone = living == 0;
    let since = |at: Option<Timestamp>| at.map_or(0, |at| now.since_ms(at) / 1_000);
    if backlog.overdue > 0 {
        let message = format!(
            "{} executions are due, the first for {} s",
            backlog.overdue,
            since(backlog.overdue_since)
        );
        found.push(match is_alone {
            true => Finding::warning(AREA, message, "start the server"),
            false => Finding::error(
                AREA,
                message,
                "the nodes are too slow, or stuck: look at their logs and metrics",
            ),
        });
    }
    if backlog.orphans > 0 {
        let hint = match is_alone {
            true => "start the server: it takes them over",
            false => "a node takes them over within seconds; if not, look at the nodes' logs",
        };
        let message = format!("{} executions belong to nodes that are gone", backlog.orphans);
        found.push(Finding::warning(AREA, message, hint));
    }
    if backlog.still > 0 && !is_alone {
        found.push(Finding::warning(
            AREA,
            format!("{} executions run and have not moved for 15 min", backlog.still),
            "GET /api/v1/alerts names them; cancel what hangs",
        ));
    }
    if load.queued >= LONG_QUEUE {
        found.push(Finding::warning(
            AREA,
            format!("{} executions stand in queues", load.queued),
            "add nodes, or raise the `concurrency` of the flows that wait",
        ));
    }
    found.extend(schedules(backlog, is_alone, since(backlog.late_since)));
    found
}

fn schedules(backlog: &Backlog, is_alone: bool, since_s: i64) -> Vec<Finding> {
    let mut found = Vec::new();
    if backlog.late_schedules > 0 {
        let message =
            format!("{} schedules should have fired, the first {since_s} s ago", backlog.late_schedules);
        found.push(match is_alone {
            true => Finding::warning(AREA, message, "start the server: each does what its `missed` says"),
            false => Finding::error(
                AREA,
                message,
                "the nodes are too slow, or their clocks behind: look at their logs",
            ),
        });
    }
    let broken = backlog.broken.iter().map(|schedule| {
        let message = format!("a schedule of the flow `{}` cannot fire: {}", schedule.flow, schedule.problem);
        Finding::warning(AREA, message, format!("change the trigger {}", schedule.trigger))
    });
    found.extend(broken);
    found
}
