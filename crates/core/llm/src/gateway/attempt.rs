//! Asking until somebody answers: every way to the model in order, then once more after a pause.
//!
//! Only before the first byte: what a client has seen is never asked again.

use std::sync::Arc;
use std::time::Duration;

use kit::Problem;
use net::Bytes;
use tokio::time::Instant;

use super::Inner;
use super::ongoing::Ongoing;
use super::opened::Opened;
use super::question::Question;
use crate::admission::Lane;
use crate::breaker::Circuit;
use crate::queue::Seat;
use crate::redact::redact;
use crate::route::{Route, routes};
use crate::upstream::{Errand, Key};
use crate::wire::Tally;
use crate::{Caller, Error, Operation, Tier};

/// How long a flow's call waits for room under its limits: nobody sits at the other end of it.
const FLOW_PATIENCE: Duration = Duration::from_secs(120);
const MAX_PAUSE_MS: u64 = 60_000;
/// How long a call waits for a place at a provider; twice as long for long answers (the original's figures).
const QUEUE_MS: u64 = 60_000;
const LONG_ANSWER_TOKENS: u64 = 2_000;

/// An answer that has begun, or is all there.
pub(super) enum Won<'a> {
    Whole { route: Route<'a>, key: Key, body: Bytes, tally: Tally },
    Streamed(Box<Opened>),
}

/// One call's way through providers and keys.
pub(super) struct Attempts<'a> {
    pub(super) inner: &'a Arc<Inner>,
    pub(super) caller: &'a Caller,
    pub(super) question: &'a Question<'a>,
}

impl<'a> Attempts<'a> {
    /// The first answer of anybody.
    pub(super) async fn win(&self, call: &mut Ongoing) -> Result<Won<'a>, Error> {
        let Inner { settings, sources, .. } = &**self.inner;
        let mut routes = routes(settings, self.question.asked_model(settings))?;
        self.inner.arrange(&mut routes, self.caller.strategy);
        let (started, retry) = (Instant::now(), settings.retry);
        let mut round = 0;
        loop {
            let error = match self.round(call, &routes).await {
                Ok(won) => return Ok(won),
                Err(error) if round < retry.rounds && error.is_transient() && error.is_of_this_provider() => {
                    error
                }
                Err(error) => return Err(error),
            };
            let jitter = 0.75 + sources.entropy.unit() / 2.0;
            let doubled = retry.base_ms.saturating_mul(1 << round.min(6)).min(MAX_PAUSE_MS);
            let own_pause = Duration::from_millis((doubled as f64 * jitter) as u64);
            let pause = own_pause.max(Duration::from_secs(error.retry_after_s().unwrap_or(0)));
            if started.elapsed() + pause > Duration::from_millis(retry.patience_ms) {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            round += 1;
        }
    }

    /// Every provider with every key once; the error worth telling when nobody answers.
    async fn round(&self, call: &mut Ongoing, routes: &[Route<'a>]) -> Result<Won<'a>, Error> {
        let mut told: Option<Error> = None;
        for route in routes {
            let keys = self.inner.keys.of(self.caller, route, self.inner.sources.clock.now()).await;
            if keys.is_empty() {
                told.get_or_insert_with(|| self.no_key(route));
            }
            for key in keys {
                let error = match self.once(call, *route, &key).await {
                    Ok(won) => return Ok(won),
                    Err(error) => error,
                };
                self.note_refusal(route, &key, &error).await;
                if !error.is_of_this_provider() {
                    return Err(error);
                }
                tracing::debug!(%error, provider = route.provider.name, "an attempt failed");
                // What may pass later is worth more to know than what never will.
                if told.as_ref().is_none_or(|earlier| !earlier.is_transient()) {
                    told = Some(error);
                }
            }
        }
        let asked = self.question.asked_model(&self.inner.settings);
        Err(told.unwrap_or_else(|| Error::UnknownModel { model: asked.to_owned(), providers: String::new() }))
    }

    async fn once(&self, call: &mut Ongoing, route: Route<'a>, key: &Key) -> Result<Won<'a>, Error> {
        let body = self.question.body(&route)?;
        let now = self.inner.sources.clock.now();
        let lane = if key.own().is_some() { Lane::Own } else { Lane::Platform };
        let circuit = Circuit {
            provider: route.provider.name.clone(),
            model: route.model.to_owned(),
            owner: key.own().map(|_| self.caller.owner),
        };
        let pass = self.inner.breakers.enter(circuit, now).map_err(|until| Error::Resting {
            provider: route.provider.name.clone(),
            retry_after_s: u64::try_from(until.since_ms(now)).unwrap_or(0).div_ceil(1_000),
        })?;
        self.admit(call, lane).await?;
        let seat = async {
            call.promise(self.caller, &route, lane).await?;
            self.seat(&route).await
        };
        let seat = match seat.await {
            Ok(seat) => seat,
            Err(error) => {
                call.refuse();
                return Err(error);
            }
        };
        call.record.attempts += 1;
        call.record.provider.clone_from(&route.provider.name);
        route.model.clone_into(&mut call.record.model);
        call.record.key_kind = key.kind();
        call.is_asked = true;
        let asked = self.ask(route, key, body).await;
        // Of a stream, or after a failure, it is known what there was.
        call.is_asked = matches!(asked, Ok(Won::Streamed(_)));
        match asked {
            Ok(won) => {
                (call.pass, call.seat) = (Some(pass), seat);
                Ok(won)
            }
            Err(error) => {
                if error.blames_the_provider() {
                    pass.failed(self.inner.sources.clock.now(), error.retry_after_s());
                }
                Err(error)
            }
        }
    }

    /// A slot under the caller's limits; a flow waits for one.
    async fn admit(&self, call: &mut Ongoing, lane: Lane) -> Result<(), Error> {
        let started = Instant::now();
        loop {
            let refused = match call.admit(self.caller, lane).await {
                Err(error @ Error::Limited { .. }) if self.caller.flow.is_some() => error,
                other => return other,
            };
            // What is in the way may end sooner than it seems: calls settle below what they reserved.
            let pause = Duration::from_secs(refused.retry_after_s().unwrap_or(1).clamp(1, 5));
            if started.elapsed() + pause > FLOW_PATIENCE {
                return Err(refused);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// A place at the provider; by turn when all are taken.
    async fn seat(&self, route: &Route<'_>) -> Result<Option<Seat>, Error> {
        let Some(turnstile) = self.inner.turnstile(&route.provider.name) else { return Ok(None) };
        if let Some(seat) = turnstile.try_enter() {
            return Ok(Some(seat));
        }
        let tier = Tier::of(&self.caller.tier);
        self.inner.pressure.check(tier, self.inner.sources.entropy.unit())?;
        let is_long = self.question.max_tokens().is_some_and(|tokens| tokens > LONG_ANSWER_TOKENS);
        let patience_ms = if is_long { 2 * QUEUE_MS } else { QUEUE_MS };
        let started = Instant::now();
        let seat = turnstile.enter(tier, self.inner.sources.clock.now(), patience_ms).await;
        metrics::histogram!("bloxserver_llm_wait_seconds", "tier" => tier.as_str())
            .record(started.elapsed().as_secs_f64());
        seat.map(Some).ok_or_else(|| Error::Waited {
            provider: route.provider.name.clone(),
            waited_s: patience_ms / 1_000,
        })
    }

    async fn ask(&self, route: Route<'a>, key: &Key, body: Bytes) -> Result<Won<'a>, Error> {
        let (operation, provider) = (self.question.operation(), route.provider);
        let dialect = self.question.dialect(provider);
        let errand = Errand {
            client: &self.inner.client,
            route,
            key,
            dialect,
            operation,
            beta: self.question.beta(provider),
            body,
            max_answer_bytes: self.inner.settings.max_answer_bytes,
        };
        let now = self.inner.sources.clock.now();
        if self.question.is_streamed() {
            let response = errand.streamed(now).await?;
            let opened = Opened::begin(response, (provider, dialect), key.secret()).await?;
            return Ok(Won::Streamed(Box::new(opened)));
        }
        let body = errand.whole(now).await?;
        let tally = match operation {
            Operation::CountTokens => Tally::default(),
            Operation::Chat | Operation::Embeddings => {
                dialect.tally(&body).map_err(|reason| Error::Malformed {
                    provider: provider.name.clone(),
                    // The reader's words can repeat the body's.
                    reason: redact(&reason, key.secret()),
                })?
            }
        };
        Ok(Won::Whole { route, key: key.clone(), body, tally })
    }

    /// An owner's key that its provider does not know is not used again.
    async fn note_refusal(&self, route: &Route<'_>, key: &Key, error: &Error) {
        if let (Some(own), Error::KeyRefused { status: 401, .. }) = (key.own(), error) {
            let reason = error.to_string();
            self.inner.keys.refused(self.caller.owner, &route.provider.name, own, &reason).await;
        }
    }

    fn no_key(&self, route: &Route<'_>) -> Error {
        Error::NoKey {
            model: route.model.to_owned(),
            provider: route.provider.name.clone(),
            variable: route.provider.key_variable.clone(),
            may_bring: self.inner.keys.may_bring(&self.caller.tier),
        }
    }
}
