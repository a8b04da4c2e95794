//! How the gateway is, for people and alarms.

use std::fmt;

use kit::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Tier;
use crate::breaker::{Circuit, Standing};
use crate::gateway::Inner;
use crate::monitor::Summary;
use crate::queue::QueueStatus;

/// The state of the gateway on this node.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelHealth)]
pub struct Health {
    /// How crowded it is.
    pub status: QueueStatus,
    /// Those who wait for a place at a provider.
    pub queue: QueueHealth,
    /// Answers given again.
    pub cache: CacheHealth,
    /// Times of the last five minutes.
    pub latency: LatencyHealth,
    /// Every provider with a key, or that needs none.
    pub providers: Vec<ProviderHealth>,
    /// What is not as it should be.
    pub alerts: Vec<Alert>,
}

/// Those who wait.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelQueueHealth)]
pub struct QueueHealth {
    /// How many.
    pub waiting: usize,
    /// For how long the first of them has.
    pub oldest_wait_ms: i64,
    /// How many were turned away since the start.
    pub shed: u64,
    /// The same of each tier.
    pub tiers: Vec<TierHealth>,
}

/// One tier's part of the queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelTierHealth)]
pub struct TierHealth {
    /// Its word.
    pub tier: &'static str,
    /// How many wait.
    pub waiting: usize,
    /// How many were turned away since the start.
    pub shed: u64,
    /// How likely the next one that finds all places taken is turned away.
    pub shed_probability: f64,
}

/// Answers given again, since the start.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelCacheHealth)]
pub struct CacheHealth {
    /// Found.
    pub hits: u64,
    /// Not found.
    pub misses: u64,
    /// Kept now.
    pub entries: usize,
    /// What they weigh.
    pub bytes: usize,
}

/// Times of calls that went to a provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelLatencyHealth)]
pub struct LatencyHealth {
    /// How many.
    pub calls: usize,
    /// The median.
    pub p50_ms: i64,
    /// What one in a hundred takes longer than.
    pub p99_ms: i64,
}

/// One provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelProviderHealth)]
pub struct ProviderHealth {
    /// Its name.
    pub name: String,
    /// Calls on their way.
    pub in_flight: usize,
    /// Calls that may be on their way.
    pub concurrency: usize,
    /// Calls that wait.
    pub waiting: usize,
    /// Calls of the last five minutes.
    pub calls: usize,
    /// The share of them that it failed.
    pub error_rate: f64,
    /// Its breakers that are not closed.
    pub breakers: Vec<BreakerHealth>,
}

/// One breaker.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelBreakerHealth)]
pub struct BreakerHealth {
    /// The model it is for.
    pub model: String,
    /// Whose key it is for: `platform`, or `own` for an owner's, who is not named.
    pub key: &'static str,
    /// How it stands.
    pub state: Standing,
    /// When the next call may try, in seconds.
    pub retry_after_s: u64,
}

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

pub(crate) fn health(inner: &Inner) -> Health {
    let now = inner.sources.clock.now();
    let standing = inner.breakers.standing(now);
    let mut oldest_wait_ms = 0;
    let usable = inner.settings.providers.iter().filter(|p| p.api_key.is_some() || !p.needs_key);
    let providers: Vec<_> = usable
        .map(|provider| {
            let turnstile = inner.turnstile(&provider.name);
            let (in_flight, waiting, since) = turnstile.map_or((0, 0, None), |turnstile| turnstile.look());
            oldest_wait_ms = oldest_wait_ms.max(since.map_or(0, |since| now.since_ms(since)));
            let summary = inner.monitor.summary(Some(&provider.name), now);
            let of_provider = standing.iter().filter(|(circuit, ..)| circuit.provider == provider.name);
            ProviderHealth {
                name: provider.name.clone(),
                in_flight,
                concurrency: provider.concurrency,
                waiting,
                calls: summary.calls,
                error_rate: summary.error_rate(),
                breakers: of_provider.map(|standing| breaker(standing, now)).collect(),
            }
        })
        .collect();
    let all = inner.monitor.summary(None, now);
    let waiting = inner.pressure.waiting();
    let store = inner.store.health();
    Health {
        status: inner.pressure.status(),
        queue: QueueHealth {
            waiting,
            oldest_wait_ms,
            shed: inner.pressure.shed_total(),
            tiers: Tier::ALL.map(|tier| of_tier(inner, tier)).to_vec(),
        },
        cache: CacheHealth {
            hits: store.hits,
            misses: store.misses,
            entries: store.entries,
            bytes: store.bytes,
        },
        latency: LatencyHealth { calls: all.calls, p50_ms: all.p50_ms, p99_ms: all.p99_ms },
        alerts: alerts(&Measured {
            waiting,
            // One owner's key is no trouble of the server's.
            breakers: standing.iter().filter(|(circuit, ..)| circuit.owner.is_none()).count(),
            free_rejections: inner.pressure.free_rejections(),
            looked_up: store.hits + store.misses,
            cache_misses: store.misses as f64 / (store.hits + store.misses).max(1) as f64,
            calls: all,
        }),
        providers,
    }
}

fn breaker((circuit, state, until): &(Circuit, Standing, Timestamp), now: Timestamp) -> BreakerHealth {
    BreakerHealth {
        model: circuit.model.clone(),
        key: if circuit.owner.is_some() { "own" } else { "platform" },
        state: *state,
        retry_after_s: u64::try_from(until.since_ms(now)).unwrap_or(0).div_ceil(1_000),
    }
}

fn of_tier(inner: &Inner, tier: Tier) -> TierHealth {
    let (waiting, shed) = inner.pressure.of(tier);
    TierHealth { tier: tier.as_str(), waiting, shed, shed_probability: inner.pressure.probability(tier) }
}

/// What alerts are raised from.
struct Measured {
    waiting: usize,
    breakers: usize,
    free_rejections: f64,
    looked_up: u64,
    cache_misses: f64,
    calls: Summary,
}

fn alerts(measured: &Measured) -> Vec<Alert> {
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
