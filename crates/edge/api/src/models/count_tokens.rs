use axum::extract::{Request, State};
use axum::response::Response;
use llm::{Dialect, Operation};

use super::pass::pass;
use crate::ApiState;

/// How many tokens a conversation has, in Anthropic's words.
pub(crate) async fn count_tokens(State(state): State<ApiState>, request: Request) -> Response {
    pass(state, request, Dialect::Anthropic, Operation::CountTokens).await
}
