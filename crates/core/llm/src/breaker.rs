//! Circuit breakers: who fails again and again is left alone for a while.
//!
//! The numbers are the original system's: five failures in a row open a breaker for 30 s; then one call at a time may
//! try, and three successes close it. A call counts for the state in which it began, and for no later one.

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
pub(crate) struct Breakers(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    states: HashMap<Circuit, State>,
    /// Calls that were let pass so far; each has the next number.
    passes: u64,
}

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
struct State {
    phase: Phase,
    /// Passes up to this number began before the phase did, and say nothing about it.
    since: u64,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
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
        let mut book = self.lock();
        let before = book.passes;
        if let Some(state) = book.states.get_mut(&circuit) {
            match state.phase {
                Phase::Closed { not_before, .. } if now < not_before => return Err(not_before),
                Phase::Closed { .. } => {}
                Phase::Open { until } if now < until => return Err(until),
                Phase::Open { .. } => {
                    *state = State { phase: Phase::HalfOpen { successes: 0, is_tried: true }, since: before };
                }
                // Whoever tries it just now needs a moment.
                Phase::HalfOpen { is_tried: true, .. } => return Err(now.plus_ms(1_000)),
                Phase::HalfOpen { successes, is_tried: false } => {
                    state.phase = Phase::HalfOpen { successes, is_tried: true };
                }
            }
        }
        book.passes += 1;
        Ok(Pass { breakers: Arc::clone(self), circuit, number: book.passes, is_told: false })
    }

    /// The breakers that are not closed and until when they rest, by provider and model, the operator's keys first.
    pub(crate) fn standing(&self, now: Timestamp) -> Vec<(Circuit, Standing, Timestamp)> {
        let book = self.lock();
        let mut standing: Vec<_> = book
            .states
            .iter()
            .filter_map(|(circuit, state)| match state.phase {
                Phase::Open { until } if now < until => Some((circuit.clone(), Standing::Open, until)),
                Phase::Open { .. } | Phase::HalfOpen { .. } => {
                    Some((circuit.clone(), Standing::HalfOpen, now))
                }
                Phase::Closed { .. } => None,
            })
            .collect();
        standing.sort_by(|(a, ..), (b, ..)| {
            (&a.provider, &a.model, a.owner).cmp(&(&b.provider, &b.model, b.owner))
        });
        standing
    }

    fn succeeded(&self, circuit: &Circuit, number: u64) {
        let mut book = self.lock();
        let last = book.passes;
        let Some(state) = book.state(circuit, number) else { return };
        match &mut state.phase {
            Phase::HalfOpen { successes, is_tried } if *successes + 1 < SUCCESSES_TO_CLOSE => {
                *successes += 1;
                *is_tried = false;
            }
            Phase::HalfOpen { .. } => *state = State { phase: Phase::closed(), since: last },
            Phase::Closed { .. } => state.phase = Phase::closed(),
            Phase::Open { .. } => {}
        }
    }

    fn failed(&self, circuit: &Circuit, number: u64, now: Timestamp, retry_after_s: Option<u64>) {
        let pause_ms =
            retry_after_s.map_or(0, |s| i64::try_from(s).unwrap_or(i64::MAX).saturating_mul(1_000));
        let pause_ms = pause_ms.min(LONGEST_PAUSE_MS);
        let mut book = self.lock();
        book.make_room();
        let last = book.passes;
        book.states.entry(circuit.clone()).or_insert(State { phase: Phase::closed(), since: 0 });
        let Some(state) = book.state(circuit, number) else { return };
        match &mut state.phase {
            Phase::Closed { failures, not_before } if *failures + 1 < FAILURES_TO_OPEN => {
                *failures += 1;
                *not_before = (*not_before).max(now.plus_ms(pause_ms));
            }
            Phase::Closed { .. } | Phase::HalfOpen { .. } => {
                tracing::warn!(provider = circuit.provider, model = circuit.model, "a breaker opens");
                metrics::counter!("bloxserver_llm_breaker_opened_total", "provider" => circuit.provider.clone())
                    .increment(1);
                let until = now.plus_ms(pause_ms.max(OPEN_MS));
                *state = State { phase: Phase::Open { until }, since: last };
            }
            Phase::Open { .. } => {}
        }
    }

    /// A call that says nothing about the provider: its client left, or it asked for something impossible.
    fn left(&self, circuit: &Circuit, number: u64) {
        if let Some(Phase::HalfOpen { is_tried, .. }) =
            self.lock().state(circuit, number).map(|state| &mut state.phase)
        {
            *is_tried = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// The state in which a pass began, unless it is over.
    fn state(&mut self, circuit: &Circuit, number: u64) -> Option<&mut State> {
        self.states.get_mut(circuit).filter(|state| state.since < number)
    }

    fn make_room(&mut self) {
        if self.states.len() >= MOST_KEPT {
            self.states.retain(|_, state| !matches!(state.phase, Phase::Closed { .. }));
        }
    }
}

impl Phase {
    const fn closed() -> Self {
        Self::Closed { failures: 0, not_before: Timestamp::from_millis(0) }
    }
}

/// The permission of one call; dropped without a word it counts neither way.
#[derive(Debug)]
pub(crate) struct Pass {
    breakers: Arc<Breakers>,
    circuit: Circuit,
    number: u64,
    is_told: bool,
}

impl Pass {
    pub(crate) fn succeeded(mut self) {
        self.is_told = true;
        self.breakers.succeeded(&self.circuit, self.number);
    }

    pub(crate) fn failed(mut self, now: Timestamp, retry_after_s: Option<u64>) {
        self.is_told = true;
        self.breakers.failed(&self.circuit, self.number, now, retry_after_s);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if !self.is_told {
            self.breakers.left(&self.circuit, self.number);
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
        assert!(breakers.standing(later).is_empty());
        fail(&breakers, 4, later);
        assert!(breakers.standing(later).is_empty(), "it begins anew");
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
    fn a_call_that_began_before_the_breaker_changed_says_nothing_about_it() {
        let breakers = Arc::new(Breakers::default());
        let pass = || breakers.enter(circuit(), NOW).unwrap();
        let (late_success, late_failure, late_leaver, later_failure) = (pass(), pass(), pass(), pass());
        fail(&breakers, 5, NOW);
        let later = NOW.plus_ms(30_000);
        let trial = breakers.enter(circuit(), later).unwrap();
        late_success.succeeded();
        drop(late_leaver);
        assert!(breakers.enter(circuit(), later).is_err(), "the trial is still on its way");
        late_failure.failed(later, None);
        trial.succeeded();
        breakers.enter(circuit(), later).unwrap().succeeded();
        assert_eq!(breakers.standing(later)[0].1, Standing::HalfOpen, "two of three successes");
        breakers.enter(circuit(), later).unwrap().succeeded();
        assert!(breakers.standing(later).is_empty());
        fail(&breakers, 4, later);
        later_failure.failed(later, None);
        assert!(breakers.standing(later).is_empty(), "four failures of this time");
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
