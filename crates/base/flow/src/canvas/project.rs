use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::layout::layout;
use super::links::{Listeners, NOTE, TRIGGER, is_agent, is_each};
use super::{CanvasEdge, CanvasNode, CanvasState, Position};
use crate::organism::LISTENERS_MAX;
use crate::organism::yaml::{self, Node};

/// Keys that edges stand for.
const EDGE_KEYS: [&str; 3] = ["next", "peers", "otherwise"];

/// The canvas of a text.
///
/// What stood in `previous` keeps its position, and its node keeps data that is the editor's own (a colour); notes
/// stay as they are; new nodes are laid out left to right without covering another. A text that is no YAML, or has more listeners than a flow
/// may have, leaves `previous` as it is.
pub fn from_yaml(text: &str, previous: Option<&CanvasState>) -> CanvasState {
    match yaml::parse(text) {
        Ok(root) if Listeners::of(&root).nodes.len() <= LISTENERS_MAX => project(&root, previous),
        _ => previous.cloned().unwrap_or_default(),
    }
}

pub(super) fn project(root: &Node, previous: Option<&CanvasState>) -> CanvasState {
    let listeners = Listeners::of(root);
    let edges = edges(&listeners, root);
    let ids: Vec<&str> =
        std::iter::once(TRIGGER).chain(listeners.nodes.iter().map(|(name, _)| *name)).collect();
    let known: Vec<Option<Position>> = ids
        .iter()
        .map(|id| Some(previous?.node(id)?.position).filter(|at| at.x.is_finite() && at.y.is_finite()))
        .collect();
    let positions = layout(&ids, &edges, &known);
    let mut nodes = Vec::with_capacity(ids.len());
    for (id, position) in ids.iter().zip(positions) {
        let (kind, mut data) = match listeners.get(id) {
            Some(listener) => (node_type(listener), listener_data(id, listener)),
            None => ("trigger", trigger_data()),
        };
        if let Some(before) = previous.and_then(|previous| previous.node(id)) {
            let own = before.data.iter().filter(|(key, _)| is_editors_own(key));
            own.for_each(|(key, value)| {
                data.entry(key.clone()).or_insert_with(|| value.clone());
            });
        }
        nodes.push(CanvasNode { id: (*id).to_owned(), kind: kind.to_owned(), position, data });
    }
    let notes = previous.into_iter().flat_map(|previous| &previous.nodes).filter(|node| node.kind == NOTE);
    nodes.extend(notes.cloned());
    CanvasState { nodes, edges, viewport: previous.map(|previous| previous.viewport).unwrap_or_default() }
}

/// The keys of a listener that canvas data carries, by their names in the text.
pub(super) const DATA_KEYS: [&str; 19] = [
    "description",
    "handler",
    "agent",
    "payload_class",
    "prompt",
    "model",
    "temperature",
    "max_tokens",
    "max_turns",
    "memory",
    "config",
    "input",
    "output",
    "cases",
    "retry",
    "timeout",
    "timeout_seconds",
    "on_error",
    "concurrency",
];

/// What canvas data calls a key of the text.
pub(super) fn data_key(key: &str) -> &str {
    match key {
        "agent" => "isAgent",
        "payload_class" => "payloadClass",
        other => other,
    }
}

fn is_editors_own(key: &str) -> bool {
    !matches!(key, "name" | "label") && !DATA_KEYS.iter().any(|known| data_key(known) == key)
}

fn trigger_data() -> Map<String, Json> {
    let data = json!({"name": TRIGGER, "label": "Trigger"});
    data.as_object().cloned().unwrap_or_default()
}

pub(super) fn listener_data(name: &str, listener: &Node) -> Map<String, Json> {
    let mut data = Map::new();
    data.insert("name".to_owned(), name.into());
    data.insert("label".to_owned(), name.into());
    for entry in listener.entries() {
        let key = entry.key.as_str();
        let value = match key {
            "name" => continue,
            _ if EDGE_KEYS.contains(&key) => continue,
            "on_error" if !matches!(entry.value.text(), Some("fail" | "continue")) => continue,
            // Where a case leads is an edge.
            "cases" => entry
                .value
                .items()
                .iter()
                .map(|case| json!({"when": case.get("when").map(Node::to_json)}))
                .collect(),
            "config" if is_each(listener) => without_do(entry.value.to_json()),
            _ => entry.value.to_json(),
        };
        data.insert(data_key(key).to_owned(), value);
    }
    data
}

/// Where the work of an `each` begins is an edge.
fn without_do(mut config: Json) -> Json {
    if let Some(entries) = config.as_object_mut() {
        entries.shift_remove("do");
    }
    config
}

/// The word for a listener in the editor's vocabulary.
fn node_type(listener: &Node) -> &'static str {
    if is_agent(listener) {
        return "llmCall";
    }
    match listener.get("handler").and_then(Node::text).unwrap_or_default() {
        "prompt" => "llmCall",
        "http" => "httpRequest",
        "code" | "wasm" => "codeBlock",
        "branch" => "conditional",
        "each" => "loop",
        "output" => "output",
        _ => "custom",
    }
}

fn edges(listeners: &Listeners<'_>, root: &Node) -> Vec<CanvasEdge> {
    let mut edges = Vec::new();
    let mut taken = HashSet::new();
    if let Some(entry) = listeners.entry(root) {
        edges.push(edge(&mut taken, TRIGGER, entry, "next"));
    }
    for (name, listener) in &listeners.nodes {
        for handle in Listeners::handles(listener) {
            for target in listeners.targets(listener, handle) {
                edges.push(edge(&mut taken, name, target, &handle.to_string()));
            }
        }
    }
    edges
}

fn edge(taken: &mut HashSet<String>, source: &str, target: &str, handle: &str) -> CanvasEdge {
    let plain = format!("{source}-{target}");
    // `a-b` to `c` and `a` to `b-c` would be one id.
    let more = (2..).map(|number| format!("{plain}-{handle}-{number}"));
    let mut candidates = [plain.clone(), format!("{plain}-{handle}")].into_iter().chain(more);
    let id = candidates.find(|id| !taken.contains(id)).unwrap_or(plain);
    taken.insert(id.clone());
    CanvasEdge {
        id,
        source: source.to_owned(),
        target: target.to_owned(),
        source_handle: Some(handle.to_owned()),
        target_handle: None,
    }
}
