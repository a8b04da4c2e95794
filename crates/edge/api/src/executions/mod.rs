//! Executions.

pub(crate) mod cancel;
pub(crate) mod events;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod replay;
pub(crate) mod replay_many;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod series;
pub(crate) mod stats;
pub(crate) mod test_run;

use engine::Details;
use engine::flow::Payload;
use engine::journal::{Execution, ExecutionStatus, TriggerKind, Waiting};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, TriggerId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::page::PageBody;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Execution)]
pub(crate) struct ExecutionBody {
    id: ExecutionId,
    flow_id: FlowId,
    #[schema(required)]
    trigger_id: Option<TriggerId>,
    trigger_type: TriggerKind,
    status: ExecutionStatus,
    started_at: Timestamp,
    #[schema(required)]
    completed_at: Option<Timestamp>,
    #[schema(required)]
    duration_ms: Option<i64>,
    #[schema(required)]
    error_code: Option<String>,
    #[schema(required)]
    error_message: Option<String>,
    #[schema(required)]
    waiting_on: Option<WaitingBody>,
    /// The execution that called this one, with `flow`; null when a trigger started it.
    #[schema(required)]
    parent_execution_id: Option<ExecutionId>,
    /// The flow of that execution.
    #[schema(required)]
    parent_flow_id: Option<FlowId>,
    #[schema(required)]
    input_payload: Option<String>,
    #[schema(required)]
    output_payload: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExecutionSummary)]
pub(crate) struct SummaryBody {
    id: ExecutionId,
    status: ExecutionStatus,
    trigger_type: TriggerKind,
    started_at: Timestamp,
    #[schema(required)]
    duration_ms: Option<i64>,
    /// What it stands still for, while it runs.
    #[schema(required)]
    waiting_on: Option<WaitingBody>,
}

/// A part of a list of executions.
pub(crate) type ExecutionPage = PageBody<SummaryBody>;

/// What a running execution waits for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingOn)]
pub(crate) struct WaitingBody {
    /// `queue`, `retry`, `delay`, `approval` or `flow`.
    kind: String,
    /// Until when, where that is known.
    #[schema(required)]
    until: Option<Timestamp>,
}

impl From<Waiting> for WaitingBody {
    fn from(Waiting { kind, until }: Waiting) -> Self {
        Self { kind, until }
    }
}

impl From<Execution> for SummaryBody {
    fn from(execution: Execution) -> Self {
        Self {
            id: execution.id,
            status: execution.status,
            trigger_type: execution.trigger_kind,
            started_at: execution.started_at,
            duration_ms: execution.completed_at.map(|at| at.since_ms(execution.started_at)),
            waiting_on: execution.waiting.map(WaitingBody::from),
        }
    }
}

impl From<Details> for ExecutionBody {
    fn from(details: Details) -> Self {
        let text = |payload: Option<Payload>| payload.map(|payload| payload.json().to_string());
        let Details { execution, input, output, caller } = details;
        Self {
            id: execution.id,
            flow_id: execution.flow,
            trigger_id: execution.trigger,
            trigger_type: execution.trigger_kind,
            status: execution.status,
            started_at: execution.started_at,
            completed_at: execution.completed_at,
            duration_ms: execution.completed_at.map(|at| at.since_ms(execution.started_at)),
            error_code: execution.error_code,
            error_message: execution.error_message,
            waiting_on: execution.waiting.map(WaitingBody::from),
            parent_execution_id: caller.map(|(execution, _)| execution),
            parent_flow_id: caller.map(|(_, flow)| flow),
            input_payload: text(input),
            output_payload: text(output),
        }
    }
}
