use axum::extract::State;
use door::Json;
use engine::flow::catalogue::{Catalogue, HandlerSpec};

use crate::ApiState;
use crate::signed::Signed;

/// The handlers that listeners can have.
#[utoipa::path(
    get,
    path = "/handlers",
    operation_id = "listHandlers",
    tag = "Catalogue",
    responses(
        (status = 200, description = "The catalogue, in the order of the palette", body = Vec<HandlerSpec>),
    ),
)]
pub(crate) async fn handlers(State(state): State<ApiState>, _: Signed) -> Json<Catalogue> {
    Json(state.engine.catalogue().clone())
}
