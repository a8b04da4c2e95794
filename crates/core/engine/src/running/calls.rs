use std::collections::HashMap;
use std::sync::Arc;

use flow::run::{Failure, Prepared, Ready, Seq, State, prepare, ready};
use kit::Timestamp;
use kit::trace::Trace;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::gates::pass;
use super::run::Run;
use super::secrets::Opening;
use super::slots::Asker;
use super::traced::{Traced, note_outcome};
use super::voice::Voice;
use crate::{Context, Engine, Kv, Outcome};

/// The calls of one execution that are on their way; dropping them ends them.
pub(super) struct Calls {
    running: HashMap<Seq, Call>,
    tasks: JoinSet<(Seq, Outcome)>,
}

struct Call {
    cancelled: CancellationToken,
    task: AbortHandle,
}

impl Calls {
    pub(super) fn new() -> Self {
        Self { running: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Whether any is on its way.
    pub(super) fn is_busy(&self) -> bool {
        !self.running.is_empty()
    }

    /// Starts every committed step whose time has come.
    pub(super) fn start(&mut self, engine: &Engine, run: &Run, now: Timestamp) {
        for item in ready(&run.plan.organism, &run.state, now) {
            let Ready::Run { step, attempt, .. } = item else { continue };
            if self.running.contains_key(&step) {
                continue;
            }
            let opening = Arc::new(Opening::new(Arc::clone(&run.secrets)));
            let surroundings = run.surroundings(now, 0.0);
            let secrets = (&surroundings, Arc::clone(&opening) as _);
            let prepared = prepare(&run.plan.organism, engine.catalogue(), &run.state, step, secrets);
            let Some(prepared) = prepared else { continue };
            let cancelled = CancellationToken::new();
            let context = Context {
                execution: run.id,
                flow: run.flow,
                owner: run.owner,
                tier: run.tier.clone(),
                step_key: format!("{}:{}", run.id, step.0),
                attempt,
                cancelled: cancelled.clone(),
                secrets_used: opening.used(),
                voice: match &prepared {
                    Ok(prepared) => {
                        engine.0.voices.of(run.id, (step, Arc::clone(&prepared.listener), attempt))
                    }
                    Err(_) => Voice::silent(),
                },
                kv: Kv::new(engine.journal().clone(), run.flow, engine.sources().clock.clone()),
            };
            let task = match prepared {
                Ok(prepared) => {
                    let gate = gate(engine, run, &prepared);
                    let at = (step, now, run.traced.clone());
                    self.tasks.spawn(carry_out(engine.clone(), gate, at, context, prepared))
                }
                Err(failure) => self.tasks.spawn(async move { (step, Outcome::Failed(failure)) }),
            };
            self.running.insert(step, Call { cancelled, task });
        }
    }

    /// Ends the calls whose step is over: its frame has failed, or its message was absorbed.
    pub(super) fn keep_open(&mut self, state: &State) {
        if self.running.is_empty() {
            return;
        }
        let open = state.open_steps();
        self.running.retain(|step, call| {
            let is_open = open.contains(step);
            if !is_open {
                call.end();
            }
            is_open
        });
    }

    /// The next call that ends; never, when none is on its way.
    pub(super) async fn next(&mut self) -> (Seq, Outcome) {
        loop {
            match self.tasks.join_next().await {
                // One that has ended at the moment it was given up is not wanted any more.
                Some(Ok((step, outcome))) if self.running.remove(&step).is_some() => return (step, outcome),
                // A handler that panics is caught in `call`; a task that was aborted has nobody waiting.
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }
}

impl Call {
    fn end(&self) {
        self.cancelled.cancel();
        self.task.abort();
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.running.values().for_each(Call::end);
    }
}

fn gate(engine: &Engine, run: &Run, prepared: &Prepared) -> Option<Arc<Semaphore>> {
    let organism = &run.plan.organism;
    let most = organism.listener(organism.index(&prepared.listener)?).concurrency?;
    Some(engine.0.gates.of(run.plan.version, &prepared.listener, most))
}

/// One attempt: waits at the listener's gate and for a place, then calls.
async fn carry_out(
    engine: Engine,
    gate: Option<Arc<Semaphore>>,
    (step, due, traced): (Seq, Timestamp, Traced),
    context: Context,
    prepared: Prepared,
) -> (Seq, Outcome) {
    // Whoever waits at the gate of a listener takes no place from others.
    let _passed = pass(gate).await;
    let _slot = engine.0.slots.enter(Asker { owner: context.owner, flow: context.flow, due }).await;
    let (handler, began) = (label(&engine, &prepared), Instant::now());
    if context.attempt > 1 {
        metrics::counter!("bloxserver_step_retries_total", "handler" => handler).increment(1);
    }
    let span = traced.step(&prepared.listener, handler, &context);
    let outcome = span.trace().around(call(&engine, &context, prepared)).await;
    note_outcome(&span, &outcome);
    let word = if matches!(outcome, Outcome::Done(_)) { "done" } else { "failed" };
    metrics::histogram!("bloxserver_step_seconds", "handler" => handler, "outcome" => word)
        .record(began.elapsed().as_secs_f64());
    (step, outcome)
}

/// The handler's name as this program has it: a text of a flow makes no label.
fn label(engine: &Engine, prepared: &Prepared) -> &'static str {
    engine.0.parts.registry.name_of(&prepared.handler).unwrap_or("unknown")
}

/// The call of a handler, within its time.
async fn call(engine: &Engine, context: &Context, prepared: Prepared) -> Outcome {
    let Prepared { handler: name, config, input, timeout_ms, .. } = prepared;
    let Some(handler) = engine.0.parts.registry.outside(&name) else {
        return Failure::permanent("unknown_handler", format!("this server has no handler `{name}`")).into();
    };
    let context = context.clone();
    let (cancelled, clock) = (context.cancelled.clone(), engine.sources().clock.clone());
    let work = async move { handler.run(&context, config, input).await };
    let mut work = tokio::spawn(Trace::current().around(work));
    let abort = AbortOnDrop(work.abort_handle());
    let outcome = tokio::select! {
        outcome = &mut work => outcome.unwrap_or_else(|_| {
            Failure::permanent("crashed", format!("the handler `{name}` crashed")).into()
        }),
        () = clock.sleep_ms(i64::try_from(timeout_ms).unwrap_or(i64::MAX)) => {
            cancelled.cancel();
            Failure::transient("timeout", format!("no answer within {timeout_ms} ms")).into()
        }
    };
    drop(abort);
    outcome
}

/// Ends a handler's task with the call that waits for it.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
