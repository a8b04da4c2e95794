//! Flows.

pub(crate) mod canvas;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod fit;
pub(crate) mod get;
pub(crate) mod handlers;
pub(crate) mod list;
pub(crate) mod schema;
pub(crate) mod start;
pub(crate) mod stop;
pub(crate) mod update;
pub(crate) mod validate;

use axum::http::HeaderMap;
use door::Json;
use engine::flow::canvas::CanvasState;
use engine::journal::{ExecutionStatus, Flow, FlowStatus, FlowSummary};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, NodeId, OwnerId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::executions::WaitingBody;
use crate::page::PageBody;
use crate::revision::etag;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Flow)]
pub(crate) struct FlowBody {
    id: FlowId,
    user_id: OwnerId,
    name: String,
    #[schema(required)]
    description: Option<String>,
    organism_yaml: String,
    #[schema(required, value_type = Option<CanvasState>)]
    canvas_state: Option<Value>,
    status: FlowStatus,
    #[schema(required)]
    container_id: Option<NodeId>,
    #[schema(required)]
    error_message: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FlowSummary)]
pub(crate) struct SummaryBody {
    id: FlowId,
    name: String,
    #[schema(required)]
    description: Option<String>,
    status: FlowStatus,
    updated_at: Timestamp,
    #[schema(required)]
    last_execution: Option<LastExecutionBody>,
}

/// The newest execution of a flow.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LastExecution)]
pub(crate) struct LastExecutionBody {
    id: ExecutionId,
    status: ExecutionStatus,
    started_at: Timestamp,
    #[schema(required)]
    duration_ms: Option<i64>,
    /// What it stands still for, while it runs.
    #[schema(required)]
    waiting_on: Option<WaitingBody>,
}

/// A part of a list of flows.
pub(crate) type FlowPage = PageBody<SummaryBody>;

/// A flow with its `ETag`.
pub(crate) fn answer(flow: Flow) -> (HeaderMap, Json<FlowBody>) {
    (etag(flow.revision), Json(FlowBody::from(flow)))
}

impl From<Flow> for FlowBody {
    fn from(flow: Flow) -> Self {
        Self {
            id: flow.id,
            user_id: flow.owner,
            name: flow.name,
            description: flow.description,
            organism_yaml: flow.organism_yaml,
            canvas_state: flow.canvas_state,
            status: flow.status,
            container_id: flow.node,
            error_message: flow.error_message,
            created_at: flow.created_at,
            updated_at: flow.updated_at,
        }
    }
}

impl From<FlowSummary> for SummaryBody {
    fn from(flow: FlowSummary) -> Self {
        let FlowSummary { id, name, description, status, updated_at, last_execution } = flow;
        let last_execution = last_execution.map(|last| LastExecutionBody {
            id: last.id,
            status: last.status,
            started_at: last.started_at,
            duration_ms: last.completed_at.map(|at| at.since_ms(last.started_at)),
            waiting_on: last.waiting.map(WaitingBody::from),
        });
        Self { id, name, description, status, updated_at, last_execution }
    }
}
