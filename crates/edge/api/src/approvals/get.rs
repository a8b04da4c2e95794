use axum::extract::State;
use door::{Json, Path};
use kit::ids::ApprovalId;

use super::{ApprovalBody, body};
use crate::ApiState;
use crate::signed::Signed;

/// What one execution asks.
#[utoipa::path(
    get,
    path = "/approvals/{approvalId}",
    operation_id = "getApproval",
    tag = "Approvals",
    responses(
        (status = 200, description = "The question, and what was decided", body = ApprovalBody),
    ),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(id): Path<ApprovalId>,
) -> door::Result<Json<ApprovalBody>> {
    let approval = state.engine.approval(user.id, id).await?;
    Ok(Json(body(&state, approval)))
}
