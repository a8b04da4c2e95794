use axum::extract::State;
use door::Json;
use engine::flow::catalogue::Catalogue;

use crate::ApiState;
use crate::signed::Signed;

/// The handlers that listeners can have.
pub(crate) async fn handlers(State(state): State<ApiState>, _: Signed) -> Json<Catalogue> {
    Json(state.engine.catalogue().clone())
}
