use flow::run::{Command, Status, ready, wake_at};
use journal::{ExecutionStatus, Progress, Waiting};
use kit::Timestamp;

use super::run::Run;

/// What is due sooner is waited for in memory: giving the execution back and taking it again costs two commits.
const PARK_FROM_MS: i64 = 2_000;

impl Run {
    /// Where it stands now. One that only waits is parked: it costs a row, no memory.
    pub(super) fn progress(&self, now: Timestamp, is_busy: bool) -> Progress {
        if let Some(end) = &self.state.end {
            let status = match end.status {
                Status::Success => ExecutionStatus::Success,
                Status::Error => ExecutionStatus::Error,
                Status::Timeout => ExecutionStatus::Timeout,
            };
            return Progress::Ended { status, error: end.error.clone(), at: now };
        }
        let organism = &self.plan.organism;
        if is_busy || !ready(organism, &self.state, now).is_empty() {
            return Progress::Leased;
        }
        let wake_at = wake_at(organism, &self.state);
        let is_near = wake_at.is_some_and(|at| at.since_ms(now) < PARK_FROM_MS);
        match self.state.parked(now) {
            Some(parked) if !is_near => {
                let waiting = Waiting { kind: parked.waits_for.as_str().to_owned(), until: parked.until };
                Progress::Parked { wake_at, waiting, at: now }
            }
            _ => Progress::Leased,
        }
    }

    /// When a parked one is due.
    pub(super) fn wake_at_of(&self, progress: &Progress) -> Option<Timestamp> {
        match progress {
            Progress::Parked { wake_at, .. } => *wake_at,
            _ => None,
        }
    }

    /// Ends it when its active time has run out.
    pub(super) fn expire(&mut self, now: Timestamp) {
        if self.state.is_expired(&self.plan.organism, now) {
            self.decide(Command::Expire, now, 0.0);
        }
    }
}
