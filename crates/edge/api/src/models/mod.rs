//! Models, in the words of OpenAI and Anthropic: any client of either can be pointed here.
//!
//! These routes sign in by themselves: their clients send tokens in their own headers and read errors in their own
//! shapes.

mod answer;
mod caller;
mod chat_completions;
mod count_tokens;
mod elsewhere;
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
use axum::routing::{any, get, post};

use crate::ApiState;

/// The routes that the vendors' clients know.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/v1/chat/completions", post(chat_completions::chat_completions).fallback(elsewhere::method))
        .route("/v1/embeddings", post(embeddings::embeddings).fallback(elsewhere::method))
        .route("/v1/responses", post(responses::responses).fallback(elsewhere::method))
        .route("/v1/messages", post(messages::messages).fallback(elsewhere::method))
        .route("/v1/messages/count_tokens", post(count_tokens::count_tokens).fallback(elsewhere::method))
        .route("/v1/models", get(list::list).fallback(elsewhere::method))
        .route("/v1/models/{*model}", get(list::get).fallback(elsewhere::method))
        .route("/v1/{*address}", any(elsewhere::address))
}

#[cfg(test)]
mod tests;
