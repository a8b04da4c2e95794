use std::collections::BTreeMap;

use db::Row;
use kit::Timestamp;
use kit::ids::{FlowId, OwnerId};

use super::ExecutionStatus;
use crate::{Journal, Result, sql};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// Buckets of durations in an octave: each is 19 % longer than the one before.
const BUCKETS_AN_OCTAVE: f64 = 4.0;

/// What ended, of the executions that started in one step of time.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPoint {
    /// Of which flow.
    pub flow: FlowId,
    /// When the step begins.
    pub at: Timestamp,
    /// Ended in `success`.
    pub succeeded: u64,
    /// Ended in `error`.
    pub failed: u64,
    /// Ended in `timeout`.
    pub timed_out: u64,
    /// How long they took: how many, by bucket.
    pub durations: Durations,
}

/// How many took how long, to within a tenth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Durations(BTreeMap<i64, u64>);

impl Journal {
    /// What ended of an owner's executions, one flow's or all flows', by steps of whole hours, the oldest first; steps in
    /// which nothing ran are left out. It outlives the executions.
    pub async fn run_series(
        &self,
        (owner, flow): (OwnerId, Option<FlowId>),
        (from, before): (Timestamp, Timestamp),
        step_hours: u32,
    ) -> Result<Vec<RunPoint>> {
        let flow = flow.map(|flow| flow.to_string());
        let values = db::params![owner, flow, from, before, i64::from(step_hours) * HOUR_MS];
        let mut points: BTreeMap<(Timestamp, FlowId), RunPoint> = BTreeMap::new();
        for row in self.db().all(&sql::RUN_SERIES, &values).await? {
            let (flow, at) = (row.get(0)?, row.get(1)?);
            points.entry((at, flow)).or_insert_with(|| RunPoint::new(flow, at)).add(&row)?;
        }
        Ok(points.into_values().collect())
    }

    /// Forgets what ran in hours before; answers how many rows of them went, a bounded number at a time.
    pub async fn prune_run_hours(&self, before: Timestamp, limit: u32) -> Result<u64> {
        Ok(self.db().run(&sql::PRUNE_RUN_HOURS, &db::params![before, limit]).await?)
    }
}

impl RunPoint {
    fn new(flow: FlowId, at: Timestamp) -> Self {
        Self { flow, at, succeeded: 0, failed: 0, timed_out: 0, durations: Durations::default() }
    }

    fn add(&mut self, row: &Row) -> Result<()> {
        let (status, bucket, runs): (String, i64, u64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        match status.parse() {
            Ok(ExecutionStatus::Success) => self.succeeded += runs,
            Ok(ExecutionStatus::Timeout) => self.timed_out += runs,
            _ => self.failed += runs,
        }
        *self.durations.0.entry(bucket).or_default() += runs;
        Ok(())
    }

    /// Adds another flow's, or another step's.
    pub fn join(&mut self, other: &Self) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.timed_out += other.timed_out;
        for (bucket, runs) in &other.durations.0 {
            *self.durations.0.entry(*bucket).or_default() += runs;
        }
    }
}

impl Durations {
    /// How long so large a part of them took at the most, in milliseconds; `part` from 0 to 1. `None` without any.
    pub fn quantile(&self, part: f64) -> Option<u64> {
        let all: u64 = self.0.values().sum();
        let rank = (all as f64 * part).ceil().max(1.0);
        let mut seen = 0.0;
        let found = self.0.iter().find(|(_, runs)| {
            seen += **runs as f64;
            seen >= rank
        });
        found.map(|(bucket, _)| ((*bucket as f64 + 0.5) / BUCKETS_AN_OCTAVE).exp2().round() as u64 - 1)
    }
}

/// The beginning of the hour.
pub(crate) fn hour_ms(at_ms: i64) -> i64 {
    at_ms - at_ms.rem_euclid(HOUR_MS)
}

/// The bucket of a duration.
pub(crate) fn bucket(duration_ms: i64) -> i64 {
    ((duration_ms.max(0) as f64 + 1.0).log2() * BUCKETS_AN_OCTAVE).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_near_the_durations() {
        let mut durations = Durations::default();
        assert_eq!(durations.quantile(0.5), None);
        for duration_ms in 1..=1_000 {
            *durations.0.entry(bucket(duration_ms)).or_default() += 1;
        }
        for (part, exact) in [(0.5, 500.0), (0.95, 950.0), (1.0, 1_000.0)] {
            let found = durations.quantile(part).unwrap() as f64;
            assert!((found / exact - 1.0).abs() < 0.1, "{part}: {found}");
        }
        assert_eq!(Durations([(bucket(0), 3)].into()).quantile(0.5), Some(0));
    }

    #[test]
    fn an_hour_begins_where_the_last_one_ended() {
        assert_eq!((hour_ms(3_599_999), hour_ms(3_600_000), hour_ms(-1)), (0, 3_600_000, -3_600_000));
    }
}
