use axum::extract::State;
use door::{Json, Query};

use super::SummaryBody;
use crate::ApiState;
use crate::page::{PageBody, PageQuery};
use crate::signed::Signed;

/// The flows of the user, the last changed first.
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<PageQuery>,
) -> door::Result<Json<PageBody<SummaryBody>>> {
    let page = query.page(20);
    let flows = state.engine.list_flows(user.id, page).await?;
    Ok(Json(PageBody::new(flows, page, SummaryBody::from)))
}
