use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use flow::run::{Failure, Prepared, Ready, Seq, prepare, ready};
use kit::Timestamp;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::run::Run;
use super::secrets::Opening;
use crate::{Context, Engine, Kv, Outcome};

/// The calls of one execution that are on their way.
pub(super) struct Calls {
    running: HashSet<Seq>,
    tasks: JoinSet<(Seq, Outcome)>,
    cancelled: CancellationToken,
}

impl Calls {
    pub(super) fn new() -> Self {
        Self { running: HashSet::new(), tasks: JoinSet::new(), cancelled: CancellationToken::new() }
    }

    /// Starts every committed step whose time has come.
    pub(super) fn start(&mut self, engine: &Engine, run: &Run, now: Timestamp) {
        for item in ready(&run.plan.organism, &run.state, now) {
            let Ready::Run { step, attempt, .. } = item else { continue };
            if !self.running.insert(step) {
                continue;
            }
            let opening = Arc::new(Opening::new(Arc::clone(&run.secrets)));
            let surroundings = run.surroundings(now, 0.0);
            let secrets = (&surroundings, Arc::clone(&opening) as _);
            match prepare(&run.plan.organism, engine.catalogue(), &run.state, step, secrets) {
                None => {
                    self.running.remove(&step);
                }
                Some(Err(failure)) => {
                    self.tasks.spawn(async move { (step, Outcome::Failed(failure)) });
                }
                Some(Ok(prepared)) => {
                    let context = Context {
                        execution: run.id,
                        flow: run.flow,
                        owner: run.owner,
                        tier: run.tier.clone(),
                        step_key: format!("{}:{}", run.id, step.0),
                        attempt,
                        cancelled: self.cancelled.child_token(),
                        secrets_used: opening.used(),
                        kv: Kv::new(engine.journal().clone(), run.flow, engine.sources().clock.clone()),
                    };
                    let engine = engine.clone();
                    self.tasks.spawn(async move { (step, call(&engine, &context, prepared).await) });
                }
            }
        }
    }

    /// The next call that ends; never, when none is on its way.
    pub(super) async fn next(&mut self) -> (Seq, Outcome) {
        loop {
            match self.tasks.join_next().await {
                Some(Ok((step, outcome))) => {
                    self.running.remove(&step);
                    return (step, outcome);
                }
                // A handler that panics is caught in `call`; a task that was aborted has nobody waiting.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        self.cancelled.cancel();
    }
}

/// One attempt of a handler, within its time.
async fn call(engine: &Engine, context: &Context, prepared: Prepared) -> Outcome {
    let Prepared { handler: name, config, input, timeout_ms, .. } = prepared;
    let Some(handler) = engine.0.parts.registry.outside(&name) else {
        return Failure::permanent("unknown_handler", format!("this server has no handler `{name}`")).into();
    };
    let context = context.clone();
    let work = tokio::spawn(async move { handler.run(&context, config, input).await });
    let abort = AbortOnDrop(work.abort_handle());
    let outcome = match tokio::time::timeout(Duration::from_millis(timeout_ms), work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Failure::permanent("crashed", format!("the handler `{name}` crashed")).into(),
        Err(_) => Failure::transient("timeout", format!("no answer within {timeout_ms} ms")).into(),
    };
    drop(abort);
    outcome
}

/// Ends a handler's task with the call that waits for it.
struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
