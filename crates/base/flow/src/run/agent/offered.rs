use serde_json::{Value as Json, json};

use crate::catalogue::Catalogue;
use crate::organism::{Agent, Listener, Organism, Work};

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

/// Names of tools hold no dots on any provider's wire; listeners of old files may.
pub(in crate::run) fn tool_name(listener: &str) -> String {
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
