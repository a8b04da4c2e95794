//! What executions ask persons.

pub(crate) mod decide;
pub(crate) mod get;
pub(crate) mod list;

use engine::flow::run::Verdict;
use engine::journal::{Approval, ApprovalStatus};
use kit::Timestamp;
use kit::ids::{ApprovalId, ExecutionId, FlowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiState;
use crate::page::PageBody;

/// A part of a list of questions.
pub(crate) type ApprovalPage = PageBody<ApprovalBody>;

/// What an execution asks a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Approval)]
pub(crate) struct ApprovalBody {
    id: ApprovalId,
    flow_id: FlowId,
    flow_name: String,
    execution_id: ExecutionId,
    /// The listener that asks.
    listener: String,
    /// What it asks, of the first 4,000 characters.
    message: String,
    status: ApprovalStatus,
    asked_at: Timestamp,
    /// When `default` decides; null when it waits without end.
    #[schema(required)]
    deadline: Option<Timestamp>,
    #[schema(value_type = DecisionWord)]
    default: Verdict,
    #[schema(required, value_type = Option<DecisionWord>)]
    decision: Option<Verdict>,
    /// Who decided; null when the deadline did.
    #[schema(required)]
    decided_by: Option<String>,
    #[schema(required)]
    decided_at: Option<Timestamp>,
    #[schema(required)]
    comment: Option<String>,
    /// A page on which whoever has this address decides without signing in; null once nobody has to.
    #[schema(required)]
    link: Option<String>,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DecisionWord {
    /// The flow goes on with `approval.decision` `approve`.
    Approve,
    /// The flow goes on with `approval.decision` `reject`.
    Reject,
}

/// An approval as its owner sees it.
pub(crate) fn body(state: &ApiState, approval: Approval) -> ApprovalBody {
    let is_open = approval.status == ApprovalStatus::Pending;
    let address =
        || format!("{}/approve/{}", state.webhook_base_url, state.engine.ticket(approval.id).expose());
    ApprovalBody {
        link: is_open.then(address),
        id: approval.id,
        flow_id: approval.flow,
        flow_name: approval.flow_name,
        execution_id: approval.execution,
        listener: approval.listener,
        message: approval.message,
        status: approval.status,
        asked_at: approval.asked_at,
        deadline: approval.deadline,
        default: approval.default,
        decision: approval.decision,
        decided_by: approval.decided_by,
        decided_at: approval.decided_at,
        comment: approval.comment,
    }
}
