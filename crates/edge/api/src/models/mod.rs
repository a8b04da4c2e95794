//! Models, in the words of OpenAI and Anthropic: any client of either can be pointed here.
//!
//! These routes sign in by themselves: their clients send tokens in their own headers and read errors in their own
//! shapes.

mod answer;
mod caller;
mod chat_completions;
mod count_tokens;
mod embeddings;
mod failure;
pub(crate) mod health;
pub(crate) mod key_order;
mod list;
mod messages;
mod pass;
mod responses;
pub(crate) mod usage;

use axum::Router;
use axum::routing::{get, post};

use crate::ApiState;

/// The routes that the vendors' clients know.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/v1/chat/completions", post(chat_completions::chat_completions))
        .route("/v1/embeddings", post(embeddings::embeddings))
        .route("/v1/responses", post(responses::responses))
        .route("/v1/messages", post(messages::messages))
        .route("/v1/messages/count_tokens", post(count_tokens::count_tokens))
        .route("/v1/models", get(list::list))
        .route("/v1/models/{*model}", get(list::get))
}

#[cfg(test)]
mod tests;
