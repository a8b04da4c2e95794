use axum::extract::State;
use door::{Failure, Json, Path, Query};
use engine::journal::ExecutionStatus;
use kit::ids::FlowId;
use serde_json::json;

use super::SummaryBody;
use crate::ApiState;
use crate::page::{PageBody, PageQuery};
use crate::signed::Signed;

/// The executions of a flow, the newest first.
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    Query(query): Query<PageQuery>,
) -> door::Result<Json<PageBody<SummaryBody>>> {
    let page = query.page(50);
    let status = query.status_filter.as_deref().map(status).transpose()?;
    let executions = state.engine.list_executions(user.id, flow, status, page).await?;
    Ok(Json(PageBody::new(executions, page, SummaryBody::from)))
}

fn status(word: &str) -> door::Result<ExecutionStatus> {
    let message = "is none of running, success, error, timeout";
    word.parse().map_err(|()| Failure::invalid(json!({ "statusFilter": message })))
}
