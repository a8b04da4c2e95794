//! A call on its way: what it holds, and what it came to. However it ends, it is settled exactly once.

use std::sync::Arc;

use kit::Timestamp;
use kit::trace::{Span, Trace};

use super::question::Question;
use super::{Inner, traced};
use crate::admission::{Holding, Lane, Promise, Promised, Purse, Slot, limits};
use crate::breaker::Pass;
use crate::cache::CacheOutcome;
use crate::monitor::Seen;
use crate::month::month_start;
use crate::queue::Seat;
use crate::raw::{Estimate, tokens_of_text};
use crate::records::{self, Record};
use crate::route::Route;
use crate::wire::{Progress, Tally};
use crate::{Allowance, Caller, Error, Operation, Tier, Usage};

/// No model reads and writes more for one call; a provider that says so has miscounted.
const MOST_TOKENS: u64 = 100_000_000;
/// A name is no place to keep texts in.
const MOST_NAME_CHARS: usize = 512;
/// A client that left.
const CANCELLED: &str = "cancelled";
/// The codes of `Error::Limited` and `Error::Shed`.
const TURNED_AWAY: [&str; 2] = ["rate_limited", "overloaded"];

/// One call.
pub(super) struct Ongoing {
    pub(super) inner: Arc<Inner>,
    pub(super) record: Record,
    pub(super) progress: Progress,
    pub(super) pass: Option<Pass>,
    pub(super) seat: Option<Seat>,
    /// Whether a provider has the question and nothing is known of its answer.
    pub(super) is_asked: bool,
    span: Span,
    slot: Option<(Lane, Slot)>,
    promise: Option<Promise>,
    estimate: Estimate,
    is_settled: bool,
}

impl Ongoing {
    pub(super) fn begin(inner: &Arc<Inner>, caller: &Caller, question: &Question<'_>) -> Self {
        let record = Record {
            id: inner.sources.id(),
            at: inner.sources.clock.now(),
            owner: caller.owner,
            flow: caller.flow,
            execution: caller.execution,
            step: caller.step.clone(),
            operation: match question.operation() {
                Operation::Chat => "chat",
                Operation::Embeddings => "embeddings",
                Operation::CountTokens => "count_tokens",
            },
            asked_model: question.asked_model(&inner.settings).to_owned(),
            provider: String::new(),
            model: String::new(),
            key_kind: "none",
            usage: Usage::default(),
            is_estimated: false,
            cost_nano: None,
            latency_ms: 0,
            first_token_ms: None,
            cache: CacheOutcome::Off,
            outcome: CANCELLED,
            attempts: 0,
        };
        Self {
            inner: Arc::clone(inner),
            span: traced::begin(&record),
            record,
            progress: Progress::default(),
            pass: None,
            seat: None,
            is_asked: false,
            slot: None,
            promise: None,
            estimate: question.estimate(),
            is_settled: false,
        }
    }

    /// Takes a slot of the lane, unless the call has one.
    pub(super) async fn admit(&mut self, caller: &Caller, lane: Lane) -> Result<(), Error> {
        if self.slot.as_ref().is_some_and(|(held, _)| *held == lane) {
            return Ok(());
        }
        let limits = limits(&self.inner.settings.tiers, Tier::of(&caller.tier), lane);
        let tokens = self.estimate.read.saturating_add(self.estimate.written);
        let shared = match self.inner.shared.get() {
            Some(shared) => shared.slot((caller.owner, lane), &limits, tokens).await,
            None => None,
        };
        let slot = match shared {
            Some(slot) => slot?,
            None => {
                let now = self.inner.sources.clock.now();
                self.inner.admission.admit((caller.owner, lane), &limits, tokens, now)?
            }
        };
        self.slot = Some((lane, slot));
        Ok(())
    }

    /// Has what the call may cost promised out of every budget there is; an own key spends nothing of ours.
    pub(super) async fn promise(
        &mut self,
        caller: &Caller,
        route: &Route<'_>,
        lane: Lane,
    ) -> Result<(), Error> {
        self.promise = None;
        let now = self.inner.sources.clock.now();
        let purses = self.purses(caller, now);
        if purses.is_empty() || lane == Lane::Own {
            return Ok(());
        }
        let usage = self.estimate.at_most(route);
        let cost = self.inner.prices.cost(&route.provider.name, route.model, &usage, now).unwrap_or(0);
        if let Some(held) = self.promise_together(caller, &purses, cost).await? {
            self.promise = Some(Promise::Shared(held));
            return Ok(());
        }
        for (purse, _) in &purses {
            if !self.inner.budgets.knows(*purse) {
                self.inner.budgets.open(*purse, self.spent(caller, *purse).await?, now);
            }
        }
        self.promise = Some(self.inner.budgets.promise(&purses, cost, now)?);
        Ok(())
    }

    /// The same out of purses that nodes share; `None` where they do not, or cannot just now.
    async fn promise_together(
        &self,
        caller: &Caller,
        purses: &[(Purse, u64)],
        cost: u64,
    ) -> Result<Option<Holding>, Error> {
        let Some(shared) = self.inner.shared.get() else { return Ok(None) };
        // A purse may be thrown away between two looks; not for ever.
        for _ in 0..3 {
            let unknown = shared.unknown(purses);
            let mut spent = Vec::with_capacity(unknown.purses.len());
            for purse in &unknown.purses {
                spent.push(self.spent(caller, *purse).await?);
            }
            match shared.promise(purses, cost, (&unknown, &spent)).await {
                Some(Promised::Held(held)) => return Ok(Some(held)),
                Some(Promised::Over(error)) => return Err(error),
                Some(Promised::Unknown) => {}
                None => break,
            }
        }
        self.inner.forget_once(shared);
        Ok(None)
    }

    /// What the records say.
    async fn spent(&self, caller: &Caller, purse: Purse) -> Result<u64, Error> {
        match self.inner.records.get() {
            Some((_, db)) => records::spent(db, caller.owner, purse).await,
            None => Ok(0),
        }
    }

    /// The call was turned away by us: as if it had not been made.
    pub(super) fn refuse(&mut self) {
        if let Some((_, slot)) = self.slot.take() {
            slot.refuse();
        }
        self.promise = None;
    }

    /// The place of what the call causes.
    pub(super) fn trace(&self) -> Trace {
        self.span.trace()
    }

    pub(super) fn allowance(&self) -> Option<Allowance> {
        self.slot.as_ref().and_then(|(_, slot)| slot.allowance)
    }

    /// The first piece of an answer has come.
    pub(super) fn first_token(&mut self) {
        let now = self.inner.sources.clock.now();
        self.record.first_token_ms = Some(now.since_ms(self.record.at));
    }

    /// All of an answer has come.
    pub(super) fn has_all(&mut self, tally: Tally) {
        let Tally { usage, model, written_bytes, .. } = tally;
        self.progress =
            Progress { usage, model, written_bytes, is_counted: true, is_finished: true, is_cut: false };
    }

    /// It ended well.
    pub(super) fn succeed(&mut self) {
        if let Some(pass) = self.pass.take() {
            pass.succeeded();
        }
        self.settle("ok", false);
    }

    /// It failed; a provider that is to blame is noted.
    pub(super) fn fail(&mut self, error: &Error) {
        let is_blamed = error.blames_the_provider();
        if let Some(pass) = self.pass.take().filter(|_| is_blamed) {
            pass.failed(self.inner.sources.clock.now(), kit::Problem::retry_after_s(error));
        }
        self.settle(kit::Problem::code(error), is_blamed);
    }

    /// What was taken is given back or paid, and the record handed over.
    pub(super) fn settle(&mut self, outcome: &'static str, has_failed: bool) {
        if std::mem::replace(&mut self.is_settled, true) {
            return;
        }
        let now = self.inner.sources.clock.now();
        self.record.outcome = outcome;
        (self.record.usage, self.record.is_estimated) = self.counted();
        self.record.latency_ms = now.since_ms(self.record.at);
        if !self.progress.model.is_empty() {
            self.record.model = name(&self.progress.model);
        }
        if let Some((_, slot)) = self.slot.take() {
            slot.settle(self.record.usage.total());
        }
        if let Some(promise) = self.promise.take() {
            let Record { provider, model, usage, at, .. } = &self.record;
            let cost = self.inner.prices.cost(provider, model, usage, *at);
            self.record.cost_nano = cost;
            promise.settle(cost.unwrap_or(0));
        }
        self.seat = None;
        traced::end(&std::mem::take(&mut self.span), &self.record);
        self.note(has_failed, now);
    }

    fn note(&self, has_failed: bool, now: Timestamp) {
        let record = &self.record;
        metrics::counter!("bloxserver_llm_calls_total", "provider" => record.provider.clone(),
            "outcome" => record.outcome, "cache" => record.cache.as_str())
        .increment(1);
        if record.attempts > 0 {
            metrics::histogram!("bloxserver_llm_seconds", "provider" => record.provider.clone())
                .record(record.latency_ms as f64 / 1_000.0);
            let (provider, latency_ms) = (record.provider.clone(), record.latency_ms);
            self.inner.monitor.note(Seen { at: now, provider, latency_ms, has_failed });
        }
        // Who is turned away at the door leaves no row: a flood of calls would be a flood of writes.
        let is_turned_away = TURNED_AWAY.contains(&record.outcome);
        if let Some((recorder, _)) = self.inner.records.get().filter(|_| !is_turned_away) {
            recorder.keep(record.clone());
        }
    }

    /// The provider's own count; where it never came or cannot be, what was seen of the answer.
    fn counted(&self) -> (Usage, bool) {
        let Progress { usage, written_bytes, is_counted, is_finished, .. } = &self.progress;
        let written = tokens_of_text(*written_bytes);
        match usage.filter(|usage| usage.total() <= MOST_TOKENS) {
            Some(usage) if *is_finished && *is_counted => (usage, false),
            // A count from the beginning of a message knows what was read, and not yet what was written.
            Some(usage) => (Usage { output_tokens: usage.output_tokens.max(written), ..usage }, true),
            None if *written_bytes > 0 || *is_finished => {
                (Usage { input_tokens: self.estimate.read, output_tokens: written, ..Usage::default() }, true)
            }
            // Who left did not make the provider's work undone: it has read the question.
            None if self.is_asked && self.record.outcome == CANCELLED => {
                (Usage { input_tokens: self.estimate.read, ..Usage::default() }, true)
            }
            None => (Usage::default(), false),
        }
    }

    fn purses(&self, caller: &Caller, now: Timestamp) -> Vec<(Purse, u64)> {
        let settings = &self.inner.settings;
        let month = month_start(now);
        let of_owner = settings.tiers.of(Tier::of(&caller.tier)).month_nano_dollars;
        let of_flow = caller.flow.zip(settings.flow_month_nano_dollars);
        let of_execution = caller.execution.zip(settings.execution_nano_dollars);
        of_owner
            .map(|limit| (Purse::Owner(caller.owner, month), limit))
            .into_iter()
            .chain(of_flow.map(|(flow, limit)| (Purse::Flow(flow, month), limit)))
            .chain(of_execution.map(|(execution, limit)| (Purse::Execution(execution), limit)))
            .collect()
    }
}

/// What a provider calls the model, as far as a name can be kept.
fn name(said: &str) -> String {
    said.chars().filter(|letter| !letter.is_control()).take(MOST_NAME_CHARS).collect()
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.settle(CANCELLED, false);
    }
}
