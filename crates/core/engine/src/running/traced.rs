//! An execution as a trace tells it.
//!
//! Its trigger's facts remember what caused it, so that whichever node drives it, after a wait or a crash, adds to the
//! same trace. The span of the whole execution is told by whoever ends it; its id follows from the execution's, so that
//! turns and steps can name it as their cause before it is told.

use flow::Payload;
use flow::run::State;
use journal::Progress;
use kit::ids::{ExecutionId, FlowId};
use kit::trace::{self, HEADER, Side, Span, Trace};
use serde_json::{Value as Json, json};

use crate::Outcome;

/// Where an execution stands in its trace.
#[derive(Debug, Clone, Default)]
pub(super) struct Traced {
    /// What caused it.
    cause: Trace,
    /// Itself.
    own: Trace,
}

/// Has the facts of a new execution remember what causes it, in the place of what caused another.
pub(super) fn remember(facts: &mut Json) {
    let Some(facts) = facts.as_object_mut() else { return };
    match Trace::current().header() {
        Some(header) => facts.insert(HEADER.to_owned(), json!(header)),
        None => facts.remove(HEADER),
    };
}

impl Traced {
    /// As the trigger's facts have it; nothing for an execution that was born without.
    pub(super) fn of(id: ExecutionId, trigger: &Payload) -> Self {
        if !trace::is_on() {
            return Self::default();
        }
        let cause = Trace::of_header(trigger.json()[HEADER].as_str());
        let own = cause.at(span_id(id));
        Self { cause, own }
    }

    /// The place of what it causes.
    pub(super) fn own(&self) -> &Trace {
        &self.own
    }

    /// A turn: decisions and their commit.
    pub(super) fn turn(&self, id: ExecutionId) -> Span {
        let span = Span::within(Side::Internal, || "turn", &self.own);
        note_execution(&span, id);
        span
    }

    /// An attempt of a step.
    pub(super) fn step(&self, listener: &str, handler: &'static str, context: &crate::Context) -> Span {
        let span = Span::within(Side::Internal, || format!("step {listener}"), &self.own);
        if span.is_seen() {
            note_execution(&span, context.execution);
            span.set("bloxserver.listener", listener.to_owned());
            span.set("bloxserver.handler", handler);
            span.set("bloxserver.step.key", context.step_key.clone());
            span.set("bloxserver.step.attempt", i64::from(context.attempt));
        }
        span
    }

    /// The whole execution, once its end is on disk.
    pub(super) fn end(&self, (id, flow): (ExecutionId, FlowId), state: &State, progress: &Progress) {
        let Progress::Ended { status, error, .. } = progress else { return };
        let span = Span::earlier("execution", &self.cause, span_id(id), state.started_at);
        if span.is_seen() {
            note_execution(&span, id);
            span.set("bloxserver.flow.id", flow.to_string());
            span.set("bloxserver.execution.status", status.as_str());
            if let Some(error) = error {
                span.fail(error.code.clone());
            }
        }
    }
}

/// How an attempt ended; its message may hold what is the flow's own.
pub(super) fn note_outcome(span: &Span, outcome: &Outcome) {
    if let Outcome::Failed(failure) = outcome {
        span.fail(failure.code.clone());
    }
}

fn note_execution(span: &Span, id: ExecutionId) {
    if span.is_seen() {
        span.set("bloxserver.execution.id", id.to_string());
    }
}

/// The random half of the id, which is never 0.
fn span_id(id: ExecutionId) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = *id.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
