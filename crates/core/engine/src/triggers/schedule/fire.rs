use futures::StreamExt;
use journal::{DueSchedule, NEVER, Tick};
use kit::{Kind, Problem, Timestamp};

use super::Schedule;
use crate::{Engine, Error, Result};

/// Schedules looked at together; more are due at the next look, which follows at once.
const MOST: u32 = 500;
/// Executions born at the same time, so that their commits are gathered.
const AT_ONCE: usize = 64;

impl Engine {
    /// Fires what is due of every schedule; answers whether there may be more.
    ///
    /// Any number of nodes may look at once: a tick is taken in the commit of its execution, so it fires once.
    pub async fn fire_due_schedules(&self) -> Result<bool> {
        self.check_ready()?;
        let now = self.sources().clock.now();
        let due = self.journal().due_schedules(now, MOST).await?;
        let is_full = due.len() == MOST as usize;
        // All are tried before one that failed is told of: none keeps the others from firing.
        let fired: Vec<Result<bool>> = futures::stream::iter(due)
            .map(|due| async move { self.fire_schedule(&due, now).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let fired: Vec<bool> = fired.into_iter().collect::<Result<_>>()?;
        Ok(is_full || fired.contains(&true))
    }

    /// Answers whether the schedule is due again at once.
    async fn fire_schedule(&self, due: &DueSchedule, now: Timestamp) -> Result<bool> {
        let trigger = &due.trigger;
        let schedule = match Schedule::read(&trigger.config) {
            Ok(schedule) => schedule,
            Err(error) => {
                self.journal().plan(trigger, NEVER, Some(&error.to_string())).await?;
                return Ok(false);
            }
        };
        // One that is not planned yet is worked out from when it came to life, so that no tick falls between.
        let planned = match trigger.next_at {
            Some(at) if at > Timestamp::default() => Some(at),
            _ => schedule.next_after(trigger.updated_at.max(due.flow_updated_at)),
        };
        let Some(planned) = planned else {
            self.journal().plan(trigger, NEVER, None).await?;
            return Ok(false);
        };
        let found = schedule.due(planned, now);
        let next = found.next.unwrap_or(NEVER);
        match found.fires {
            Some(tick) => self.fire_tick(due, schedule.payload, (tick, next)).await?,
            None => self.journal().plan(trigger, next, trigger.problem.as_deref()).await?,
        }
        Ok(next <= now)
    }

    async fn fire_tick(
        &self,
        due: &DueSchedule,
        payload: serde_json::Value,
        (fires, next): (Timestamp, Timestamp),
    ) -> Result<()> {
        let trigger = &due.trigger;
        let planned = trigger.next_at.unwrap_or_default();
        let tick = Tick { trigger: trigger.id, planned, fires, next };
        match self.tick(due, tick, payload).await {
            Ok(_) | Err(Error::Journal(journal::Error::TickTaken)) => Ok(()),
            // Another moment may do better: the tick stays due.
            Err(error) if error.kind() == Kind::Unavailable => Err(error),
            Err(error) => {
                tracing::warn!(trigger = %trigger.id, %error, "a schedule could not fire");
                let problem = format!("the tick of {fires} could not fire: {error}");
                Ok(self.journal().plan(trigger, next, Some(&problem)).await?)
            }
        }
    }
}
