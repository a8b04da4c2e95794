use serde_json::{Value as Json, json};

use super::state::{AgentLoop, Stage, Turn};
use super::{State, TokenId};
use crate::Payload;
use crate::catalogue::Catalogue;
use crate::expression::{ExpressionError, Scope};
use crate::organism::{Agent, Listener, Organism, Work};

/// What the `agent` handler receives for one turn.
pub(super) fn request(
    organism: &Organism,
    catalogue: &Catalogue,
    state: &State,
    (id, agent, listener): (TokenId, &Agent, &Listener),
    scope: &Scope,
) -> Result<Json, ExpressionError> {
    let prompt = agent.prompt.render(scope)?;
    let looped = match state.tokens.get(&id).map(|token| &token.stage) {
        Some(Stage::Agent(looped)) => looped.clone(),
        _ => AgentLoop::default(),
    };
    Ok(json!({
        "model": agent.model.as_ref().or(organism.llm.model.as_ref()),
        "temperature": agent.temperature,
        "max_tokens": agent.max_tokens,
        "messages": conversation(&text(&prompt), &state.ledger.input(id), &looped.turns),
        "tools": tools(organism, catalogue, agent),
        "output_schema": listener.output.as_ref().map(|schema| &schema.json),
    }))
}

/// The peers as tools: name, description and input contract.
pub fn tools(organism: &Organism, catalogue: &Catalogue, agent: &Agent) -> Vec<Json> {
    let peers = agent.peers.iter().map(|index| organism.listener(*index));
    peers
        .map(|peer| {
            json!({
                "name": tool_name(&peer.name),
                "description": peer.description,
                "input_schema": input_schema(catalogue, peer),
            })
        })
        .collect()
}

/// The messages of an agent's conversation: its prompt, its input, its turns with the answers to their calls.
pub(super) fn conversation(prompt: &str, input: &Payload, turns: &[Turn]) -> Vec<Json> {
    let mut messages = vec![
        json!({ "role": "system", "content": prompt }),
        json!({ "role": "user", "content": text(input.json()) }),
    ];
    for turn in turns {
        let calls: Vec<Json> = turn.calls.iter().map(|open| json!(open.call)).collect();
        messages.push(json!({ "role": "assistant", "content": turn.content, "calls": calls }));
        messages.extend(turn.calls.iter().map(|open| {
            let content = match &open.answer {
                Some(Ok(payload)) => text(payload.json()),
                Some(Err(message)) => format!("error: {message}"),
                None => String::new(),
            };
            json!({ "role": "tool", "callId": open.call.id, "content": content })
        }));
        messages
            .extend(turn.objection.iter().map(|objection| json!({ "role": "user", "content": objection })));
    }
    messages
}

/// Names of tools hold no dots on any provider's wire; listeners of old files may.
pub(super) fn tool_name(listener: &str) -> String {
    listener.replace('.', "_")
}

fn input_schema(catalogue: &Catalogue, peer: &Listener) -> Json {
    let of_handler = || match &peer.work {
        Work::Turn { handler, .. } | Work::Outside { handler, .. } => catalogue.get(handler)?.input.clone(),
        _ => None,
    };
    peer.input
        .as_ref()
        .map(|schema| schema.json.clone())
        .or_else(of_handler)
        .unwrap_or_else(|| json!({ "type": "object" }))
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
