use axum::extract::State;
use door::{Json, Path, Query};
use kit::ids::FlowId;

use super::{SummaryBody, VersionPage};
use crate::ApiState;
use crate::flows::list::ListQuery;
use crate::page::{PageBody, page};
use crate::signed::Signed;

/// The saved texts of a flow, the newest first: every save that changed the text made one.
#[utoipa::path(
    get,
    path = "/flows/{flowId}/versions",
    operation_id = "listFlowVersions",
    tag = "Flows",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of versions", body = VersionPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(flow): Path<FlowId>,
    Query(query): Query<ListQuery>,
) -> door::Result<Json<VersionPage>> {
    let page = page(query.page, query.page_size, 20);
    let versions = state.engine.list_versions(user.id, flow, page).await?;
    Ok(Json(PageBody::new(versions, page, SummaryBody::from)))
}
