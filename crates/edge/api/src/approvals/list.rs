use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use engine::journal::{ApprovalFilter, ApprovalStatus};
use kit::ids::{ExecutionId, FlowId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{ApprovalPage, body};
use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::Signed;

/// Which questions are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ApprovalsQuery {
    /// Only those that stand so.
    #[param(inline)]
    status: Option<ApprovalStatus>,
    /// Only those of this flow.
    #[serde(alias = "flow_id")]
    flow_id: Option<FlowId>,
    /// Only those of this execution.
    #[serde(alias = "execution_id")]
    execution_id: Option<ExecutionId>,
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
}

/// What executions ask or have asked, the newest first.
#[utoipa::path(
    get,
    path = "/approvals",
    operation_id = "listApprovals",
    tag = "Approvals",
    params(ApprovalsQuery),
    responses(
        (status = 200, description = "A page of questions", body = ApprovalPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<ApprovalsQuery>,
) -> door::Result<Json<ApprovalPage>> {
    let page = page(query.page, query.page_size, 50);
    let filter = ApprovalFilter { flow: query.flow_id, execution: query.execution_id, status: query.status };
    let found = state.engine.approvals(user.id, filter, page).await?;
    Ok(Json(PageBody::new(found, page, |approval| body(&state, approval))))
}

impl Validate for ApprovalsQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
    }
}
