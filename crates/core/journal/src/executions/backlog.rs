use kit::Timestamp;
use kit::ids::TriggerId;

use crate::{Journal, Result, sql};

/// More than that are counted no further: it is too many in any case.
const MOST_COUNTED: u32 = 10_000;
/// Of schedules that cannot fire, so many are named.
const MOST_NAMED: u32 = 100;

/// What should have been done already, over all flows and nodes; each figure counts to 10,000.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Executions that were due before the moment that was asked for, and that nobody has taken.
    pub overdue: u64,
    /// Since when the first of them has been due.
    pub overdue_since: Option<Timestamp>,
    /// Executions of nodes that are not in the register.
    pub orphans: u64,
    /// Executions that a node drives, and that have not moved since the other moment that was asked for.
    pub still: u64,
    /// Schedules of running flows whose time was before the moment.
    pub late_schedules: u64,
    /// The first of these times.
    pub late_since: Option<Timestamp>,
    /// Schedules of running flows that cannot fire, at most 100.
    pub broken: Vec<BrokenSchedule>,
}

/// A schedule that cannot fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenSchedule {
    /// Which one.
    pub trigger: TriggerId,
    /// The name of its flow.
    pub flow: String,
    /// Why.
    pub problem: String,
}

impl Journal {
    /// What was due before `late`, and what a node drives that has not moved since `still`: for the operator.
    pub async fn backlog(&self, late: Timestamp, still: Timestamp) -> Result<Backlog> {
        let overdue = self.db().one(&sql::OVERDUE, &db::params![late, MOST_COUNTED]).await?;
        let schedules = self.db().one(&sql::LATE_SCHEDULES, &db::params![late]).await?;
        let broken = self.db().all(&sql::BROKEN_SCHEDULES, &db::params![MOST_NAMED]).await?;
        let broken = broken
            .iter()
            .map(|row| Ok(BrokenSchedule { trigger: row.get(0)?, flow: row.get(1)?, problem: row.get(2)? }));
        Ok(Backlog {
            overdue: overdue.get(0)?,
            overdue_since: overdue.get(1)?,
            orphans: self.db().one(&sql::ORPHANS, &db::params![MOST_COUNTED]).await?.get(0)?,
            still: self.db().one(&sql::STILL, &db::params![still, MOST_COUNTED]).await?.get(0)?,
            late_schedules: schedules.get(0)?,
            late_since: schedules.get(1)?,
            broken: broken.collect::<Result<_>>()?,
        })
    }
}
