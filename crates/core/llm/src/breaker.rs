//! Circuit breakers: who fails again and again is left alone for a while.
//!
//! The numbers are the original system's: five failures in a row open a breaker for 30 s; then one call at a time may
//! try, and three successes close it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kit::Timestamp;
use kit::ids::OwnerId;
use serde::Serialize;
use utoipa::ToSchema;

const FAILURES_TO_OPEN: u32 = 5;
const OPEN_MS: i64 = 30_000;
const SUCCESSES_TO_CLOSE: u32 = 3;
/// A provider that says to come back later than this is tried again all the same.
const LONGEST_PAUSE_MS: i64 = 300_000;
/// Breakers that are kept; beyond, those that are closed are forgotten.
const MOST_KEPT: usize = 10_000;

/// All breakers of this process.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<Circuit, State>>);

/// What a breaker is for: one model of one provider, with one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Circuit {
    pub(crate) provider: String,
    pub(crate) model: String,
    /// Whose key, when it is an owner's own.
    pub(crate) owner: Option<OwnerId>,
}

/// How a breaker stands, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BreakerState)]
pub enum Standing {
    /// Calls pass.
    Closed,
    /// No call passes.
    Open,
    /// One call at a time passes, to see.
    HalfOpen,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// `not_before` is when the provider asked to be asked again.
    Closed {
        failures: u32,
        not_before: Timestamp,
    },
    Open {
        until: Timestamp,
    },
    HalfOpen {
        successes: u32,
        is_tried: bool,
    },
}

impl Breakers {
    /// Lets a call pass, or says when to try again.
    pub(crate) fn enter(self: &Arc<Self>, circuit: Circuit, now: Timestamp) -> Result<Pass, Timestamp> {
        if let Some(state) = self.lock().get_mut(&circuit) {
            match *state {
                State::Closed { not_before, .. } if now < not_before => return Err(not_before),
                State::Closed { .. } => {}
                State::Open { until } if now < until => return Err(until),
                State::Open { .. } => *state = State::HalfOpen { successes: 0, is_tried: true },
                // Whoever tries it just now needs a moment.
                State::HalfOpen { is_tried: true, .. } => return Err(now.plus_ms(1_000)),
                State::HalfOpen { successes, is_tried: false } => {
                    *state = State::HalfOpen { successes, is_tried: true };
                }
            }
        }
        Ok(Pass { breakers: Arc::clone(self), circuit, is_told: false })
    }

    /// The breakers that are not closed and until when they rest, by provider and model, the operator's keys first.
    pub(crate) fn standing(&self, now: Timestamp) -> Vec<(Circuit, Standing, Timestamp)> {
        let states = self.lock();
        let mut standing: Vec<_> = states
            .iter()
            .filter_map(|(circuit, state)| match state {
                State::Open { until } if now < *until => Some((circuit.clone(), Standing::Open, *until)),
                State::Open { .. } | State::HalfOpen { .. } => {
                    Some((circuit.clone(), Standing::HalfOpen, now))
                }
                State::Closed { .. } => None,
            })
            .collect();
        standing.sort_by(|(a, ..), (b, ..)| {
            (&a.provider, &a.model, a.owner).cmp(&(&b.provider, &b.model, b.owner))
        });
        standing
    }

    fn succeeded(&self, circuit: &Circuit) {
        let mut states = self.lock();
        match states.get_mut(circuit) {
            Some(State::HalfOpen { successes, is_tried }) if *successes + 1 < SUCCESSES_TO_CLOSE => {
                *successes += 1;
                *is_tried = false;
            }
            Some(State::HalfOpen { .. } | State::Closed { .. }) => {
                states.remove(circuit);
            }
            // It was opened by others while this one was on its way.
            Some(State::Open { .. }) | None => {}
        }
    }

    fn failed(&self, circuit: &Circuit, now: Timestamp, retry_after_s: Option<u64>) {
        let pause_ms =
            retry_after_s.map_or(0, |s| i64::try_from(s).unwrap_or(i64::MAX).saturating_mul(1_000));
        let pause_ms = pause_ms.min(LONGEST_PAUSE_MS);
        let mut states = self.lock();
        if states.len() >= MOST_KEPT {
            states.retain(|_, state| !matches!(state, State::Closed { .. }));
        }
        let state = states
            .entry(circuit.clone())
            .or_insert(State::Closed { failures: 0, not_before: Timestamp::from_millis(0) });
        *state = match *state {
            State::Closed { failures, not_before } if failures + 1 < FAILURES_TO_OPEN => {
                State::Closed { failures: failures + 1, not_before: not_before.max(now.plus_ms(pause_ms)) }
            }
            State::Closed { .. } | State::HalfOpen { .. } => {
                tracing::warn!(provider = circuit.provider, model = circuit.model, "a breaker opens");
                metrics::counter!("bloxserver_llm_breaker_opened_total", "provider" => circuit.provider.clone())
                    .increment(1);
                State::Open { until: now.plus_ms(pause_ms.max(OPEN_MS)) }
            }
            open @ State::Open { .. } => open,
        };
    }

    /// A call that says nothing about the provider: its client left, or it asked for something impossible.
    fn left(&self, circuit: &Circuit) {
        if let Some(State::HalfOpen { is_tried, .. }) = self.lock().get_mut(circuit) {
            *is_tried = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Circuit, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission of one call; dropped without a word it counts neither way.
#[derive(Debug)]
pub(crate) struct Pass {
    breakers: Arc<Breakers>,
    circuit: Circuit,
    is_told: bool,
}

impl Pass {
    pub(crate) fn succeeded(mut self) {
        self.is_told = true;
        self.breakers.succeeded(&self.circuit);
    }

    pub(crate) fn failed(mut self, now: Timestamp, retry_after_s: Option<u64>) {
        self.is_told = true;
        self.breakers.failed(&self.circuit, now, retry_after_s);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if !self.is_told {
            self.breakers.left(&self.circuit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn circuit() -> Circuit {
        Circuit { provider: "p".into(), model: "m".into(), owner: None }
    }

    fn fail(breakers: &Arc<Breakers>, times: u32, now: Timestamp) {
        for _ in 0..times {
            breakers.enter(circuit(), now).unwrap().failed(now, None);
        }
    }

    #[test]
    fn five_failures_in_a_row_open_for_thirty_seconds() {
        let breakers = Arc::new(Breakers::default());
        fail(&breakers, 4, NOW);
        breakers.enter(circuit(), NOW).unwrap().succeeded();
        fail(&breakers, 4, NOW);
        assert!(breakers.standing(NOW).is_empty(), "a success ends the row");
        fail(&breakers, 1, NOW);
        assert_eq!(breakers.enter(circuit(), NOW).unwrap_err(), NOW.plus_ms(30_000));
        assert_eq!(breakers.enter(circuit(), NOW.plus_ms(29_999)).unwrap_err(), NOW.plus_ms(30_000));
        assert_eq!(breakers.standing(NOW), [(circuit(), Standing::Open, NOW.plus_ms(30_000))]);
    }

    #[test]
    fn half_open_lets_one_at_a_time_try_and_three_successes_close() {
        let breakers = Arc::new(Breakers::default());
        fail(&breakers, 5, NOW);
        let later = NOW.plus_ms(30_000);
        for _ in 0..3 {
            let pass = breakers.enter(circuit(), later).unwrap();
            assert!(breakers.enter(circuit(), later).is_err(), "one is trying");
            pass.succeeded();
        }
        assert!(breakers.lock().is_empty(), "closed is forgotten");
    }

    #[test]
    fn half_open_opens_again_at_one_failure_and_one_who_leaves_makes_room() {
        let breakers = Arc::new(Breakers::default());
        fail(&breakers, 5, NOW);
        let later = NOW.plus_ms(30_000);
        drop(breakers.enter(circuit(), later).unwrap());
        breakers.enter(circuit(), later).unwrap().failed(later, None);
        assert_eq!(breakers.enter(circuit(), later).unwrap_err(), later.plus_ms(30_000));
    }

    #[test]
    fn what_the_provider_says_about_coming_back_is_honoured_within_reason() {
        let breakers = Arc::new(Breakers::default());
        breakers.enter(circuit(), NOW).unwrap().failed(NOW, Some(7));
        assert_eq!(breakers.enter(circuit(), NOW.plus_ms(6_999)).unwrap_err(), NOW.plus_ms(7_000));
        breakers.enter(circuit(), NOW.plus_ms(7_000)).unwrap().failed(NOW, Some(86_400));
        assert_eq!(breakers.enter(circuit(), NOW.plus_ms(8_000)).unwrap_err(), NOW.plus_ms(LONGEST_PAUSE_MS));
    }

    #[test]
    fn one_key_or_model_does_not_open_the_breaker_of_another() {
        let breakers = Arc::new(Breakers::default());
        fail(&breakers, 5, NOW);
        let other_key = Circuit { owner: Some(OwnerId::from_u128(1)), ..circuit() };
        let other_model = Circuit { model: "n".into(), ..circuit() };
        assert!(breakers.enter(other_key, NOW).is_ok() && breakers.enter(other_model, NOW).is_ok());
    }
}
