//! What one turn of an agent is asked: its prompt, the conversation so far, its peers as tools.

mod conversation;
mod offered;

use serde_json::{Value as Json, json};

use super::stage::Stage;
use super::{State, TokenId};
use crate::catalogue::Catalogue;
use crate::expression::{ExpressionError, Scope};
use crate::organism::{Agent, Listener, Organism};

use conversation::conversation;
pub(super) use offered::tool_name;
pub use offered::tools;

/// What the `agent` handler receives for one turn.
pub(super) fn request(
    organism: &Organism,
    catalogue: &Catalogue,
    state: &State,
    (id, agent, listener): (TokenId, &Agent, &Listener),
    scope: &Scope,
) -> Result<Json, ExpressionError> {
    let prompt = text(&agent.prompt.render(scope)?);
    Ok(json!({
        "model": agent.model.as_ref().or(organism.llm.model.as_ref()),
        "strategy": organism.llm.strategy,
        "similarity": organism.llm.similarity,
        "temperature": agent.temperature,
        "max_tokens": agent.max_tokens,
        "messages": messages(state, id, &prompt),
        "tools": tools(organism, catalogue, agent),
        "output_schema": listener.output.as_ref().map(|schema| &schema.json),
    }))
}

/// The messages of an agent's next turn.
pub(super) fn messages(state: &State, id: TokenId, prompt: &str) -> Vec<Json> {
    let token = state.tokens.get(&id);
    let turns = match token.map(|token| &token.stage) {
        Some(Stage::Agent(looped)) => looped.turns.as_slice(),
        _ => &[],
    };
    let memory = token.and_then(|token| state.memories.get(&(token.frame, token.at)));
    conversation(prompt, memory.map_or(&[], Vec::as_slice), &state.ledger.input(id), turns)
}

/// A value as a model reads it.
pub(super) fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
