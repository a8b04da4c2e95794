use kit::Timestamp;

use super::alerts::{Measured, alerts};
use super::{BreakerHealth, CacheHealth, Health, LatencyHealth, ProviderHealth, QueueHealth, TierHealth};
use crate::Tier;
use crate::breaker::{Circuit, Standing};
use crate::gateway::Inner;

/// How the gateway is now.
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
