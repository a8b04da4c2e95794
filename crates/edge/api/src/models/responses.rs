use axum::extract::{Request, State};
use axum::response::Response;
use llm::{Dialect, Operation};

use super::pass::pass;
use crate::ApiState;

/// OpenAI's responses without memory, streamed or not.
pub(crate) async fn responses(State(state): State<ApiState>, request: Request) -> Response {
    pass(state, request, Dialect::Responses, Operation::Chat).await
}
