use axum::extract::{Request, State};
use axum::response::Response;
use llm::{Dialect, Operation};

use super::pass::pass;
use crate::ApiState;

/// OpenAI's embeddings.
pub(crate) async fn embeddings(State(state): State<ApiState>, request: Request) -> Response {
    pass(state, request, Dialect::OpenAi, Operation::Embeddings).await
}
