use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

use crate::monitor::Summary;

/// Something that somebody should look at.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ModelAlert)]
pub struct Alert {
    /// What was measured.
    pub metric: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What it was.
    pub value: f64,
}

/// What was measured, in words, for people.
impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { metric, value, .. } = self;
        let (percent, seconds) = (value * 100.0, value / 1_000.0);
        match *metric {
            "queue_depth" => write!(f, "{value} calls wait for models"),
            "open_breakers" => write!(f, "{value} models are left alone because their providers fail"),
            "free_rejection_rate" => {
                write!(f, "{percent:.0} % of the free tier's calls are turned away when all places are taken")
            }
            "latency_p50_ms" => write!(f, "half of the calls of models take longer than {seconds:.1} s"),
            "latency_p99_ms" => {
                write!(f, "one call of a model in a hundred takes longer than {seconds:.1} s")
            }
            "provider_error_rate" => {
                write!(f, "{percent:.0} % of the calls of models fail at their providers")
            }
            "cache_miss_rate" => write!(f, "{percent:.0} % of the answers looked up were not known"),
            other => write!(f, "{other} is {value}"),
        }
    }
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModelLevel)]
pub enum Level {
    /// Soon.
    Warning,
    /// Now.
    Critical,
}

/// What alerts can be about: the original system's list.
pub const ALERTS: [&str; 7] = [
    "queue_depth",
    "open_breakers",
    "free_rejection_rate",
    "latency_p50_ms",
    "latency_p99_ms",
    "provider_error_rate",
    "cache_miss_rate",
];

/// The original system's figures: above the first a warning, above the second critical.
const QUEUE_DEPTH: (f64, f64) = (500.0, 2_000.0);
const P50_MS: (f64, f64) = (10_000.0, 30_000.0);
const P99_MS: (f64, f64) = (60_000.0, 120_000.0);
const ERROR_RATE: (f64, f64) = (0.05, 0.20);
const OPEN_BREAKERS: (f64, f64) = (0.0, 1.0);
const FREE_REJECTIONS: (f64, f64) = (0.20, 0.50);
/// Here less is worse: the share of look-ups that are missed.
const CACHE_MISSES: (f64, f64) = (0.75, 0.90);

/// Fewer calls say nothing about rates.
const TELLING_CALLS: usize = 20;

/// What alerts are raised from.
pub(super) struct Measured {
    pub(super) waiting: usize,
    pub(super) breakers: usize,
    pub(super) free_rejections: f64,
    pub(super) looked_up: u64,
    pub(super) cache_misses: f64,
    pub(super) calls: Summary,
}

/// What is above its figures.
pub(super) fn alerts(measured: &Measured) -> Vec<Alert> {
    let Measured { waiting, breakers, free_rejections, looked_up, cache_misses, calls } = measured;
    let mut values = vec![
        ("queue_depth", *waiting as f64, QUEUE_DEPTH),
        ("open_breakers", *breakers as f64, OPEN_BREAKERS),
        ("free_rejection_rate", *free_rejections, FREE_REJECTIONS),
    ];
    if calls.calls >= TELLING_CALLS {
        values.push(("latency_p50_ms", calls.p50_ms as f64, P50_MS));
        values.push(("latency_p99_ms", calls.p99_ms as f64, P99_MS));
        values.push(("provider_error_rate", calls.error_rate(), ERROR_RATE));
    }
    if *looked_up >= TELLING_CALLS as u64 {
        values.push(("cache_miss_rate", *cache_misses, CACHE_MISSES));
    }
    let level = |value: f64, (warning, critical): (f64, f64)| {
        let is_critical = (value > critical).then_some(Level::Critical);
        is_critical.or((value > warning).then_some(Level::Warning))
    };
    let raised = values
        .into_iter()
        .filter_map(|(metric, value, limits)| Some(Alert { metric, level: level(value, limits)?, value }));
    raised.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(calls: Summary) -> Measured {
        Measured { waiting: 0, breakers: 0, free_rejections: 0.0, looked_up: 0, cache_misses: 0.0, calls }
    }

    #[test]
    fn alerts_are_raised_at_the_figures_and_not_by_a_single_call() {
        let one = Summary { calls: 1, failed: 1, p50_ms: 99_999, p99_ms: 999_999 };
        let few = Measured { waiting: 500, looked_up: 1, cache_misses: 1.0, ..measured(one) };
        assert!(alerts(&few).is_empty());
        let bad = Summary { calls: 100, failed: 21, p50_ms: 10_001, p99_ms: 120_001 };
        let many = Measured {
            waiting: 501,
            breakers: 2,
            free_rejections: 0.51,
            looked_up: 100,
            cache_misses: 0.76,
            ..measured(bad)
        };
        let raised = alerts(&many);
        let levels: Vec<_> = raised.iter().map(|alert| (alert.metric, alert.level)).collect();
        let expected = [
            ("queue_depth", Level::Warning),
            ("open_breakers", Level::Critical),
            ("free_rejection_rate", Level::Critical),
            ("latency_p50_ms", Level::Warning),
            ("latency_p99_ms", Level::Critical),
            ("provider_error_rate", Level::Critical),
            ("cache_miss_rate", Level::Warning),
        ];
        assert_eq!(levels, expected);
        assert_eq!(raised.iter().map(|alert| alert.metric).collect::<Vec<_>>(), ALERTS);
        assert!(raised.iter().all(|alert| !alert.to_string().contains(alert.metric)), "{raised:?}");
    }
}
