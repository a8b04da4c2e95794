use journal::{NEVER, Trigger, TriggerKind};
use kit::Timestamp;
use serde_json::Value as Json;

use super::Schedule;
use crate::triggers::config::check;
use crate::{Engine, Result};

/// What a schedule has done and will do, for people to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Firings {
    /// The next ticks, at most five.
    pub next: Vec<Timestamp>,
    /// The tick that fired last.
    pub last: Option<Timestamp>,
    /// Why it does not fire, and what to do.
    pub problem: Option<String>,
}

const SHOWN: usize = 5;

impl Engine {
    /// The firings of a trigger; empty for one that is not a schedule.
    pub fn firings(&self, trigger: &Trigger) -> Firings {
        if trigger.kind != TriggerKind::Schedule {
            return Firings::default();
        }
        let schedule = match Schedule::read(&trigger.config) {
            Ok(schedule) => schedule,
            Err(error) => return Firings { problem: Some(error.to_string()), ..Firings::default() },
        };
        let next = self.next_ticks(&schedule);
        let problem = problem(trigger, next.is_empty());
        Firings { next, last: trigger.last_fired_at, problem }
    }

    /// The next ticks of a schedule that is not made yet, at most five; `Invalid` says what is wrong with its config.
    pub fn preview_schedule(&self, config: &Json) -> Result<Vec<Timestamp>> {
        check(TriggerKind::Schedule, config)?;
        Ok(self.next_ticks(&Schedule::read(config)?))
    }

    fn next_ticks(&self, schedule: &Schedule) -> Vec<Timestamp> {
        let first = schedule.next_after(self.sources().clock.now());
        std::iter::successors(first, |tick| schedule.next_after(*tick)).take(SHOWN).collect()
    }
}

fn problem(trigger: &Trigger, is_over: bool) -> Option<String> {
    if is_over || trigger.next_at == Some(NEVER) {
        return Some("no such moment will ever come: change cron or skipDates".to_owned());
    }
    if !trigger.is_enabled {
        return Some("the trigger is disabled: enable it".to_owned());
    }
    if trigger.next_at.is_none() {
        return Some("the flow does not run: start it".to_owned());
    }
    trigger.problem.clone()
}
