use axum::extract::{Request, State};
use axum::response::Response;
use llm::{Dialect, Operation};

use super::pass::pass;
use crate::ApiState;

/// OpenAI's chat completions, streamed or not.
pub(crate) async fn chat_completions(State(state): State<ApiState>, request: Request) -> Response {
    pass(state, request, Dialect::OpenAi, Operation::Chat).await
}
