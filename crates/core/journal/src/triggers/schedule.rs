use kit::Timestamp;
use kit::ids::{TriggerId, VersionId};

use super::Trigger;
use super::read::trigger;
use crate::{Journal, Result, sql};

/// When a schedule fires that never will again.
pub const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// A schedule whose time has come, or is to be worked out.
#[derive(Debug, Clone)]
pub struct DueSchedule {
    /// The trigger.
    pub trigger: Trigger,
    /// When its flow was started.
    pub flow_updated_at: Timestamp,
    /// What its flow runs.
    pub version: Option<VersionId>,
}

/// The tick that a birth stands for: taken in the same commit, by one birth only.
#[derive(Debug, Clone, Copy)]
pub struct Tick {
    /// Whose tick.
    pub trigger: TriggerId,
    /// What stood in `next_at` when it was decided: whoever finds something else there comes too late.
    pub planned: Timestamp,
    /// The tick.
    pub fires: Timestamp,
    /// What stands in `next_at` afterwards.
    pub next: Timestamp,
}

impl Journal {
    /// Schedules of running flows that are due, or to be worked out, whoever owns them; the longest due first.
    pub async fn due_schedules(&self, now: Timestamp, limit: u32) -> Result<Vec<DueSchedule>> {
        let rows = self.db().all(&sql::DUE_SCHEDULES, &db::params![now, limit]).await?;
        let due = |row: &db::Row| {
            Ok(DueSchedule { trigger: trigger(row)?, flow_updated_at: row.get(14)?, version: row.get(15)? })
        };
        rows.iter().map(due).collect()
    }

    /// Notes when a schedule fires next, unless somebody else has noted it meanwhile.
    pub async fn plan(&self, trigger: &Trigger, next: Timestamp, problem: Option<&str>) -> Result<()> {
        let values = db::params![trigger.id, trigger.next_at, next, problem.map(ToOwned::to_owned)];
        self.db().run(&sql::PLAN, &values).await?;
        Ok(())
    }
}
