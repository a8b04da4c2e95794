use axum::extract::{Request, State};
use axum::response::Response;
use llm::{Dialect, Operation};

use super::pass::pass;
use crate::ApiState;

/// Anthropic's Messages, streamed or not.
pub(crate) async fn messages(State(state): State<ApiState>, request: Request) -> Response {
    pass(state, request, Dialect::Anthropic, Operation::Chat).await
}
