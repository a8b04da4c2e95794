//! Schedules: triggers that fire by the calendar, once a tick on all nodes together.

mod due;
mod fire;
mod firings;
mod read;
mod ticks;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;
use croner::Cron;
use serde_json::Value as Json;

pub use firings::Firings;

/// When a trigger fires, and what becomes of ticks at which no server was there.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    cron: Cron,
    zone: Tz,
    /// Days without a tick, by the schedule's own calendar.
    skip_dates: BTreeSet<NaiveDate>,
    missed: Missed,
    /// A tick is missed when nobody has fired it for that long.
    grace_ms: i64,
    /// What the flow receives.
    payload: Json,
}

/// What becomes of missed ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missed {
    /// The latest of them fires.
    Latest,
    /// Every one of them fires, the oldest first.
    All,
    /// None of them fires.
    None,
}
