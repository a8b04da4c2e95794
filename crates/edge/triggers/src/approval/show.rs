use axum::extract::State;
use axum::response::Response;
use door::Path;

use super::page::page;
use crate::State as Triggers;

/// Shows what an execution asks, with a form that decides it; looking decides nothing.
#[utoipa::path(
    get,
    path = "/webhooks/approve/{ticket}",
    operation_id = "showApproval",
    tag = "Approvals",
    responses(
        (status = 200, description = "The page, for people", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn show(
    State(state): State<Triggers>,
    Path(ticket): Path<String>,
) -> door::Result<Response> {
    let approval = state.engine.approval_of_ticket(&ticket).await?;
    Ok(page(&approval, state.clock.now(), None))
}
