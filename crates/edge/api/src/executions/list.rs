use axum::extract::State;
use door::{Faults, Json, Path, Query, Validate};
use engine::journal::ExecutionStatus;
use kit::ids::FlowId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{ExecutionPage, SummaryBody};
use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::Signed;

/// `page`, `pageSize` and `statusFilter` of a query.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
    /// Only executions in this status.
    #[serde(alias = "status_filter")]
    #[param(inline)]
    status_filter: Option<ExecutionStatus>,
}

/// The executions of a flow, the newest first.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/executions",
    operation_id = "listExecutions",
    tag = "Executions",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of executions", body = ExecutionPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    Query(query): Query<ListQuery>,
) -> door::Result<Json<ExecutionPage>> {
    let page = page(query.page, query.page_size, 50);
    let executions = state.engine.list_executions(user.id, flow, query.status_filter, page).await?;
    Ok(Json(PageBody::new(executions, page, SummaryBody::from)))
}

impl Validate for ListQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
    }
}
