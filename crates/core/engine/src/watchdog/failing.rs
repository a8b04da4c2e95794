use std::collections::{HashMap, VecDeque};

use journal::{AlertLevel, AlertRule, FlowCounts, FlowStatus};
use kit::Timestamp;
use kit::ids::FlowId;

use super::Finding;
use super::raise::Concerns;
use crate::{Engine, Result};

/// The span of time in which failures are counted.
const SPAN_MS: i64 = 15 * 60 * 1_000;
/// More than that share of a flow's executions, in percent (the original system's figure), …
const FAILING_PERCENT: u64 = 5;
/// … and at least so many.
const FAILING_LEAST: u64 = 5;
/// A flow is told of once in that time.
const TELL_EVERY_MS: i64 = 60 * 60 * 1_000;
/// A stop takes 30 s; one that takes that long does not end.
const STOPPING_MS: i64 = 5 * 60 * 1_000;

/// How many executions of each flow had ended and failed, look by look.
#[derive(Debug, Default)]
pub(crate) struct Flows(HashMap<FlowId, VecDeque<(Timestamp, FlowCounts)>>);

/// Executions that ended within the span, and how many of them failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ended {
    all: u64,
    failed: u64,
}

impl Ended {
    fn is_failing(self) -> bool {
        self.failed >= FAILING_LEAST && self.failed * 100 > self.all * FAILING_PERCENT
    }
}

impl Flows {
    /// Whether a flow is seen for the first time, or for the first time after a pause.
    fn is_new(&self, flow: FlowId) -> bool {
        !self.0.contains_key(&flow)
    }

    /// Takes the present sums in, of flows that are new with what ended of them within the span; answers which flows fail,
    /// with how many failed of how many.
    fn read(&mut self, counts: Vec<(FlowCounts, Option<Ended>)>, now: Timestamp) -> Vec<(FlowCounts, Ended)> {
        self.0.retain(|flow, _| counts.iter().any(|(count, _)| count.flow == *flow));
        let mut failing = Vec::new();
        for (count, recent) in counts {
            let samples = self.0.entry(count.flow).or_default();
            samples.retain(|(at, _)| now.since_ms(*at) <= SPAN_MS);
            let since = samples.front().map(|(_, first)| Ended {
                all: count.ended.saturating_sub(first.ended),
                failed: count.failed.saturating_sub(first.failed),
            });
            if let Some(ended) = since.or(recent).filter(|ended| ended.is_failing()) {
                failing.push((count.clone(), ended));
            }
            samples.push_back((now, count));
        }
        failing
    }
}

impl Engine {
    pub(super) async fn look_at_flows(&self, flows: &mut Flows) -> Result<()> {
        let now = self.now();
        let since = now.plus_ms(-SPAN_MS);
        let mut counts = Vec::new();
        for count in self.journal().flow_counts(since).await? {
            // What failed before anybody looked is news all the same.
            let recent = match flows.is_new(count.flow) {
                true => Some(self.journal().recently_ended(count.flow, since).await?),
                false => None,
            };
            counts.push((count, recent.map(|(all, failed)| Ended { all, failed })));
        }
        for (count, Ended { all, failed }) in flows.read(counts, now) {
            let minutes = SPAN_MS / 60_000;
            let message =
                format!("{failed} of {all} executions of `{}` failed within {minutes} min", count.name);
            let fact = format!("{} failing {}", count.flow, now.as_millis().div_euclid(TELL_EVERY_MS));
            let concerns = Concerns { owner: Some(count.owner), flow: Some(count.flow), execution: None };
            let finding = Finding { rule: AlertRule::Failing, level: AlertLevel::Warning, message };
            self.raise(fact, concerns, (finding, false)).await?;
        }
        for flow in self.journal().flows_in_status(FlowStatus::Stopping).await? {
            if now.since_ms(flow.updated_at) < STOPPING_MS {
                continue;
            }
            let message =
                format!("`{}` was told to stop and has not: an execution of it does not end", flow.name);
            let fact = format!("{} stuck {}", flow.id, flow.updated_at.as_millis());
            let concerns = Concerns { owner: Some(flow.owner), flow: Some(flow.id), execution: None };
            let finding = Finding { rule: AlertRule::Stuck, level: AlertLevel::Warning, message };
            self.raise(fact, concerns, (finding, false)).await?;
        }
        self.journal().prune_alerts(now).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kit::ids::OwnerId;

    use super::*;

    fn counts(ended: u64, failed: u64) -> FlowCounts {
        let (flow, owner) = (FlowId::from_u128(1), OwnerId::from_u128(2));
        FlowCounts { flow, owner, name: "orders".to_owned(), ended, failed }
    }

    #[test]
    fn a_flow_fails_when_more_than_five_percent_and_at_least_five_do() {
        let (mut flows, start) = (Flows::default(), Timestamp::from_millis(0));
        let mut read = |minutes: i64, ended, failed| {
            let now = start.plus_ms(minutes * 60_000);
            flows.read(vec![(counts(ended, failed), Some(Ended { all: 4, failed: 4 }))], now).len()
        };
        assert_eq!(read(0, 1_000, 900), 0, "what failed long ago does not count");
        assert_eq!(read(1, 1_004, 904), 0);
        assert_eq!(read(2, 1_100, 905), 0, "five of a hundred are not more than five percent");
        assert_eq!(read(3, 1_100, 906), 1);
        assert_eq!(read(19, 1_105, 906), 0, "what failed more than a quarter of an hour ago does not count");
    }

    #[test]
    fn what_failed_before_the_first_look_counts() {
        let (mut flows, now) = (Flows::default(), Timestamp::from_millis(0));
        let recent = Ended { all: 6, failed: 6 };
        assert!(flows.is_new(FlowId::from_u128(1)));
        assert_eq!(flows.read(vec![(counts(1_000, 900), Some(recent))], now), [(counts(1_000, 900), recent)]);
        assert!(!flows.is_new(FlowId::from_u128(1)));
        assert!(flows.read(Vec::new(), now).is_empty() && flows.is_new(FlowId::from_u128(1)));
    }
}
